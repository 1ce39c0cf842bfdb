"""The life of a case after it was filed: news, questions, decisions, reviews, clocks."""
