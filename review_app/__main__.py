"""``python -m review_app`` is the command line."""

from review_app.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
