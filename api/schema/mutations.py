"""What can be changed: a judgement is made or taken back, something is watched or no longer."""

from __future__ import annotations

import strawberry

from api.schema.alerts import WatchPayload, unwatch, watch
from api.schema.jobs import JobPayload, analyse, cancel_job
from api.schema.judging import JudgementsPayload, UnmergePayload, judge, judge_many, undo, unmerge
from api.schema.results import JudgementPayload
from api.schema.risk import RolePayload, set_role


@strawberry.type
class Mutation:
    watch: WatchPayload = strawberry.mutation(
        resolver=watch, description="Be told when an entity, or whatever holds an identifier, gains a link."
    )
    analyse: JobPayload = strawberry.mutation(
        resolver=analyse,
        description="Begin to run an algorithm over the graph that you see, as a job: follow it by `job`.",
    )
    set_role: RolePayload = strawberry.mutation(
        resolver=set_role,
        description="Say what somebody is in a case, for whoever may see the case; without a role it is taken back.",
    )
    cancel_job: JobPayload = strawberry.mutation(
        resolver=cancel_job, description="Stop a job of your own; one that has ended stays as it is."
    )
    unwatch: WatchPayload = strawberry.mutation(resolver=unwatch, description="End a watch; its alerts stay.")
    judge: JudgementPayload = strawberry.mutation(
        resolver=judge,
        description="Say that two mentions (of an entity id: its oldest) are SAME, DIFFERENT, or that it is UNSURE. SAME is refused (CONTRADICTED) while judgements keep the two entities apart; DIFFERENT goes before SAME, and names those that give way (overrides).",
    )
    judge_many: JudgementsPayload = strawberry.mutation(
        resolver=judge_many,
        description="Make up to 100 judgements as one revision, each in the light of those before it; one that cannot be made leaves the others alone.",
    )
    unmerge: UnmergePayload = strawberry.mutation(
        resolver=unmerge,
        description="Take mentions out of the entity that they are in, so that they stay out: judges DIFFERENT between them and the rest, as one revision. undo(together: true) takes all of it back.",
    )
    undo: JudgementPayload = strawberry.mutation(
        resolver=undo,
        description="Take a judgement back; together: with those that the same call made.",
    )
