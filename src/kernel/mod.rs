//! Terms, statements, proof steps and the inference rules. Trusted; imports nothing from outside itself.
