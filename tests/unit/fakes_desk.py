"""In-memory fake of the people at the desk; see `fakes` for the transaction."""

from dataclasses import replace

from aftersale.services import ports_desk


class FakeDeskPeople(ports_desk.DeskPeople):
    def __init__(self, tables):
        self.t = tables

    def account(self, user):
        return self.t.desk_users.get(user)

    def accounts(self):
        return [self.t.desk_users[user] for user in sorted(self.t.desk_users)]

    def add(self, account):
        return self.t.desk_users.setdefault(account.who.user, account) is account

    def save(self, account):
        step = self.t.desk_users[account.who.user].last_step
        self.t.desk_users[account.who.user] = replace(account, last_step=step)

    def use_step(self, user, step):
        before = self.t.desk_users[user]
        if before.last_step >= step:
            return False
        self.t.desk_users[user] = replace(before, last_step=step)
        return True

    def open_session(self, session):
        self.t.desk_sessions[session.session_hash] = session

    def session(self, session_hash):
        return self.t.desk_sessions.get(session_hash)

    def see(self, session_hash, at):
        before = self.t.desk_sessions[session_hash]
        self.t.desk_sessions[session_hash] = replace(before, seen_at=max(at, before.seen_at))

    def end_session(self, session_hash):
        return self.t.desk_sessions.pop(session_hash, None) is not None

    def end_sessions(self, user):
        mine = [key for key, session in self.t.desk_sessions.items() if session.user == user]
        return sum(self.end_session(key) for key in mine)

    def attempts(self, key_hash):
        return self.t.desk_attempts.get(key_hash)

    def note_attempts(self, attempts):
        self.t.desk_attempts[attempts.key_hash] = attempts

    def forget_attempts(self, key_hashes):
        for key_hash in key_hashes:
            self.t.desk_attempts.pop(key_hash, None)
