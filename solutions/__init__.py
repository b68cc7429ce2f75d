"""The model answers, the exercises made from them, and the hidden checks that judge a learner's work."""
