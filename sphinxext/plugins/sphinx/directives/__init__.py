"""The directives: options in, nodes out."""
