"""Pure data and rules: values, fields, declarations of resources, queries. No I/O."""
