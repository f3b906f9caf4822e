"""Files as pages; the only importer of pymupdf, pikepdf and pypdfium2. Runs only in a child."""
