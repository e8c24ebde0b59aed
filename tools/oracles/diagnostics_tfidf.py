"""Similarities of documents to a query by scikit-learn's TF-IDF."""

import sklearn
from oracle import case, emit
from sklearn.feature_extraction.text import TfidfVectorizer

DOCUMENTS = [
    "the whale sank the ship",
    "the ship sailed at dawn and the crew sang",
    "a model of a blue whale hung in the hall of the museum",
    "gradients of the loss of a model",
    "blue sky blue sea",
]


def similarities(query):
    vectorizer = TfidfVectorizer(analyzer=str.split)
    documents = vectorizer.fit_transform(DOCUMENTS)
    return [float(value) for value in (documents @ vectorizer.transform([query]).T).toarray().ravel()]


emit(
    "diagnostics",
    "tfidf",
    f"scikit-learn {sklearn.__version__}: TfidfVectorizer",
    [case(query, {"documents": DOCUMENTS, "query": query}, similarities(query)) for query in ["blue whale", "the the model of the unheard", "nothing known"]],
)
