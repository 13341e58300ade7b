TITLES = ["Dune", "Solaris"]


def find(word: str) -> list[str]:
    return [title for title in TITLES if word in title]
