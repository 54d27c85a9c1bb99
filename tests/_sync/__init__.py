# generated from tests/_async/__init__.py by scripts/generate; change that file
