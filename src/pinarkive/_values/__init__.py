"""The lowest layer: reads single values, such as those of JSON, with exact types."""
