"""A private Postfix in front of a private Dovecot, for tests. Outside mail bounces."""

import contextlib
import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers import as_user, free_port, process, temp_dir

DOVECOT = Path("/usr/sbin/dovecot")
POSTFIX = Path("/usr/sbin/postfix")
DOMAIN = "test.local"
USERS = ("replies", "seller", "shop", "buyer", "ada")


@dataclass(frozen=True)
class MailServers:
    """Addresses of both. `USERS` have mailboxes; mail to others of the domain bounces."""

    smtp_port: int
    imap_port: int

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    def imap_url(self, user: str) -> str:
        return f"imap://{user}:secret@127.0.0.1:{self.imap_port}/INBOX"


@contextlib.contextmanager
def mail_servers() -> Iterator[MailServers]:
    with dovecot() as (imap, lmtp), postfix(lmtp) as smtp:
        yield MailServers(smtp, imap)


@contextlib.contextmanager
def dovecot(user: str = "nobody") -> Iterator[tuple[int, int]]:
    """An IMAP server as an ordinary user; yields its IMAP and LMTP ports."""
    if os.geteuid() != 0:
        user = pwd.getpwuid(os.geteuid()).pw_name
    with temp_dir(user) as base:
        imap, lmtp = free_port(), free_port()
        config = Path(base, "dovecot.conf")
        config.write_text(_dovecot_conf(base, user, imap, lmtp))
        Path(base, "users").write_text("".join(f"{name}:{{PLAIN}}secret\n" for name in USERS))
        argv = [str(DOVECOT), "-F", "-c", str(config)]
        with process(argv, base, lambda: _accepts(imap), **as_user(user)):
            yield imap, lmtp


def _dovecot_conf(base: str, user: str, imap: int, lmtp: int) -> str:
    account = pwd.getpwnam(user)
    group = grp.getgrgid(account.pw_gid).gr_name
    plain = f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_fsync = never
"""
    blocks = (
        ("passdb", f"driver = passwd-file\nargs = scheme=PLAIN username_format=%n {base}/users"),
        (
            "userdb",
            "driver = static\n"
            f"args = uid={account.pw_uid} gid={account.pw_gid} home={base}/mail/%n",
        ),
        ("namespace inbox", "inbox = yes"),
        ("service anvil", "chroot =\nunix_listener anvil-auth-penalty {\nmode = 0\n}"),
        ("service stats", "chroot ="),
        (
            "service imap-login",
            f"chroot =\ninet_listener imap {{\nport = {imap}\n}}\n"
            "inet_listener imaps {\nport = 0\n}",
        ),
        ("service lmtp", f"inet_listener lmtp {{\nport = {lmtp}\n}}"),
    )
    return plain + "".join(f"{name} {{\n{body}\n}}\n" for name, body in blocks)


@contextlib.contextmanager
def postfix(lmtp_port: int) -> Iterator[int]:
    """An SMTP server that delivers `DOMAIN` by LMTP and bounces everything else."""
    with temp_dir() as base:
        port = free_port()
        for name in ("etc", "spool", "data"):
            Path(base, name).mkdir()
        shutil.chown(f"{base}/data", "postfix")
        Path(base, "etc/main.cf").write_text(_main_cf(base, lmtp_port))
        Path(base, "etc/master.cf").write_text(_master_cf(port))
        command = [str(POSTFIX), "-c", f"{base}/etc"]
        try:
            with process([*command, "start-fg"], base, lambda: _greets(port)):
                yield port
        finally:  # SIGTERM to start-fg ends only the start script
            subprocess.run([*command, "stop"], check=False, capture_output=True)


def _main_cf(base: str, lmtp_port: int) -> str:
    return f"""
compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/mail.log
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{DOMAIN}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {DOMAIN}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
default_transport = error:5.1.1 no such mailbox
disable_dns_lookups = yes
smtp_dns_support_level = disabled
lmtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
message_size_limit = 52428800
mailbox_size_limit = 0
biff = no
"""


def _master_cf(port: int) -> str:
    return f"""
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
error     unix  - - n - - error
retry     unix  - - n - - error
lmtp      unix  - - n - - lmtp
showq     unix  n - n - - showq
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _greets(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except (OSError, smtplib.SMTPException):
        return False
    return True
