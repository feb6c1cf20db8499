"""A chat model that follows a script: it says the first evidence again, after a given time."""

import re
import time
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

_EVIDENCE = re.compile(r"\[(\d+)\] <<(.*?)>>", re.DOTALL)


class ScriptedChat(BaseChatModel):
    """Answers with the first numbered evidence of the prompt.

    Attributes:
        seconds: How long each answer takes.
    """

    seconds: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any,
    ) -> ChatResult:
        time.sleep(self.seconds)
        found = _EVIDENCE.search(str(messages[-1].text))
        text = f"{found[2].rstrip('.')}. [{found[1]}]" if found else "Nothing."
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])
