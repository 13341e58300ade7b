"""The same two endpoints written in four ways, in one service: what does each cost?"""
