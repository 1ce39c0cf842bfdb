"""In-memory fakes of help articles, ratings and agents; see `fakes` for the transaction."""

from aftersale.domain.cases import CaseState
from aftersale.services import ports_articles
from aftersale.services.ports_articles import Hit
from aftersale.store.articles import words_of


class FakeArticles(ports_articles.Articles):
    def __init__(self, tables):
        self.t = tables

    def search(self, storefront, text, limit):
        wanted = set(words_of(text))
        hits = []
        for article in self.all(storefront):
            said = set(words_of(" ".join((article.title, *article.asks, article.text))))
            if both := wanted & said:
                hits.append(Hit(article, float(len(both))))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def get(self, storefront, article_id):
        return self.t.articles.get((storefront, article_id))

    def all(self, storefront=None):
        return [a for (s, _), a in self.t.articles.items() if storefront in (None, s)]

    def replace_all(self, articles):
        self.t.articles.clear()
        self.t.articles.update({(a.storefront, a.article_id): a for a in articles})
        return len(articles)

    def log(self, search):
        old = {k: s for k, s in self.t.searches.items() if s.turn_id != search.turn_id}
        self.t.searches.clear()
        self.t.searches.update(old | {search.search_id: search})

    def last_search(self, conversation_id):
        mine = [s for s in self.t.searches.values() if s.conversation_id == conversation_id]
        return mine[-1] if mine else None

    def save_search(self, search):
        self.t.searches[search.search_id] = search

    def searches(self, *, since, limit=1000):
        return [s for s in reversed(self.t.searches.values()) if s.at >= since][:limit]


class FakeFeedback(ports_articles.Feedback):
    def __init__(self, tables):
        self.t = tables

    def ask(self, rating):
        if self.of(rating.subject_kind, rating.subject):
            return False
        self.t.ratings[rating.rating_id] = rating
        return True

    def of(self, kind, subject):
        wanted = (kind, subject)
        every = self.t.ratings.values()
        return next((r for r in every if (r.subject_kind, r.subject) == wanted), None)

    def open_in(self, conversation_id):
        mine = [r for r in self._in(conversation_id) if r.is_open]
        return mine[-1] if mine else None

    def last_in(self, conversation_id):
        mine = self._in(conversation_id)
        return mine[-1] if mine else None

    def _in(self, conversation_id):
        return [r for r in self.t.ratings.values() if r.conversation_id == conversation_id]

    def save(self, rating):
        self.t.ratings[rating.rating_id] = rating

    def last_decision(self, conversation_id):
        mine = [
            i for i, _, about in self.t.decisions if about["conversation_id"] == conversation_id
        ]
        return mine[-1] if mine else None

    def unrated_cases(self, since, *, limit=100):
        settled = (CaseState.DECIDED, CaseState.CLOSED)
        return [
            c.number
            for c in self.t.cases.values()
            if c.state in settled
            and c.conversation_id
            and self.of(ports_articles.RatingSubject.CASE, c.number) is None
        ][:limit]

    def all(self, *, since, limit=10_000):
        return [r for r in self.t.ratings.values() if r.asked_at >= since][:limit]


class FakeAgents(ports_articles.Agents):
    def __init__(self, tables):
        self.t = tables

    def arrive(self, *presences):
        for agent in {presence.agent for presence in presences}:
            self.t.presences[agent] = [each for each in presences if each.agent == agent]

    def leave(self, agent, at):
        return self.t.presences.pop(agent, None) is not None

    def seen(self, agent, at):
        self.t.seen_agents[agent] = at

    def last_seen(self, agent, now):
        until = [each.until for each in self.t.presences.get(agent, ())]
        if any(each > now for each in until):
            return now
        return self.t.seen_agents.get(agent) or max(until, default=None)

    def present(self, storefront, now):
        every = [each for mine in self.t.presences.values() for each in mine]
        return [p for p in every if p.until > now and p.storefront in (None, storefront)]
