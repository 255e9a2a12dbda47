"""LLM providers: any OpenAI-compatible address, and replay."""
