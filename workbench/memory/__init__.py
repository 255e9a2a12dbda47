"""Distributed memory: replicas of what is remembered, which converge however their events travel. Pure."""
