from typing import Callable, List, Optional, Tuple

__all__ = ["__version__", "run", "command"]

__version__: str

def run(
    arguments: List[str], progress: Optional[Callable[[str, int, int], object]] = None
) -> Tuple[int, str, List[str]]: ...
def command(arguments: List[str]) -> int: ...
