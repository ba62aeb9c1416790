// Nothing: the module is its headers, and a target needs a source.
