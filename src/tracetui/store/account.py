"""The four cards: what the account spent in a period, and on how many models."""

import sqlite3

from tracetui.domain.analytics import Account, AccountQuery
from tracetui.domain.catalogue import CreditKind
from tracetui.store.credits import account_credits
from tracetui.store.lives import deployed_models
from tracetui.store.pruned import pruned_before_us


def account(db: sqlite3.Connection, query: AccountQuery) -> Account:
    """Answer an `AccountQuery`."""
    # A job that failed may say when: it ended then, but made no model.
    (fine_tuned,) = db.execute(
        "SELECT count(DISTINCT model_id) FROM fine_tuning_jobs WHERE completed_at >= ? AND completed_at < ?"
        " AND lower(coalesce(status, '')) NOT IN ('failed', 'error', 'cancelled', 'canceled')",
        query.within,
    ).fetchone()
    return Account(
        deployment_credits_micro=account_credits(db, CreditKind.DEPLOYMENT, query.within),
        fine_tuning_credits_micro=account_credits(db, CreditKind.FINE_TUNING, query.within),
        deployed_models=deployed_models(db, query.within),
        fine_tuned_models=fine_tuned,
        pruned_before_us=pruned_before_us(db),
    )
