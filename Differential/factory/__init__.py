"""The differential factory: cases from seeds, judged by several verifiers, each disagreement explained by a rule."""
