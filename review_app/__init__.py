"""Review App: find, record and review what was withheld in released government documents."""

__version__ = "0.1.0"
