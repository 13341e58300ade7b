from openai import OpenAI


class Assistant:
    def __init__(self, model: str = "gpt-4o-mini") -> None:
        self._client = OpenAI()
        self._model = model

    def ask(self, question: str, context: list[str]) -> str:
        return self._complete("\n".join([*context, question]))

    def _complete(self, prompt: str) -> str:
        completion = self._client.chat.completions.create(
            model=self._model,
            messages=[{"role": "user", "content": prompt}],
        )
        return completion.choices[0].message.content or ""
