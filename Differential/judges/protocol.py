"""What the judges in Python share: one case a line comes in, one answer a line goes out."""

import base64
import json
import sys
from datetime import datetime
from typing import Callable


def decoded(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def moment(case: dict) -> datetime:
    return datetime.fromisoformat(case["validation_time"].replace("Z", "+00:00"))


def serve(judge: Callable[[dict], str | None]) -> None:
    """Answers cases until the input ends; `judge` returns why a case is refused, or None."""
    for line in sys.stdin:
        case = json.loads(line)
        error = judge(case)
        answer = {"id": case["id"], "result": "reject" if error else "accept", "error": error}
        print(json.dumps(answer), flush=True)
