"""``python -m bench`` lists the measurements; ``python -m bench NAME …`` runs one."""

import importlib
import pkgutil
import sys

import bench


def main() -> int:
    """Run the measurement that is named first; the rest of the arguments are its own."""
    names = sorted(each.name for each in pkgutil.iter_modules(bench.__path__)
                   if not each.name.startswith("_"))
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        print("usage: python -m bench NAME\n\n" + "\n".join(f"  {name}" for name in names))
        return 0 if len(sys.argv) < 2 else 2
    sys.argv = sys.argv[1:]
    importlib.import_module(f"bench.{sys.argv[0]}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
