"""Routes of the Meta API, under /meta/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from duco_cms.api.audit import AuditView
from duco_cms.api.impacts import ImpactView
from duco_cms.api.jobs import (
    CancelJobView,
    FoundView,
    JobListView,
    JobView,
    PauseJobView,
    PointsView,
    ResumeJobView,
)
from duco_cms.api.releases import DiffView, ReleaseListView, RollbackView
from duco_cms.api.rollouts import (
    CurrentRolloutView,
    EndView,
    OneRolloutView,
    PauseView,
    PromoteView,
    RolloutListView,
)
from duco_cms.api.submissions import (
    ApproveView,
    RejectView,
    ResubmitView,
    SubmissionArtefactView,
    SubmissionListView,
    SubmissionView,
    WithdrawView,
)
from duco_cms.api.texts import CheckView, SetListView, SetTextView
from duco_cms.api.tries import TryView
from duco_cms.api.unmodelled import DraftView, IgnoredListView, IgnoredView
from duco_cms.api.views import ChannelReleaseView, DirectoryView, ReleaseView
from duco_cms.api.worker_jobs import ChunkView, ClaimView, FailView, FinishView, GiveBackView, RenewView

urlpatterns = [
    path("channels/<slug:channel>/release", ChannelReleaseView.as_view(), name="meta-channel-release"),
    path("releases/", ReleaseListView.as_view(), name="meta-releases"),
    path("releases/<int:number>", ReleaseView.as_view(), name="meta-release"),
    path("releases/<int:number>/diff", DiffView.as_view(), name="meta-release-diff"),
    path("releases/<int:number>/rollback", RollbackView.as_view(), name="meta-release-rollback"),
    path("submissions/", SubmissionListView.as_view(), name="meta-submissions"),
    path("submissions/<int:number>", SubmissionView.as_view(), name="meta-submission"),
    path("submissions/<int:number>/artefact", SubmissionArtefactView.as_view(), name="meta-submission-artefact"),
    path("submissions/<int:number>/approve", ApproveView.as_view(), name="meta-submission-approve"),
    path("submissions/<int:number>/reject", RejectView.as_view(), name="meta-submission-reject"),
    path("submissions/<int:number>/withdraw", WithdrawView.as_view(), name="meta-submission-withdraw"),
    path("submissions/<int:number>/resubmit", ResubmitView.as_view(), name="meta-submission-resubmit"),
    path("rollouts/", RolloutListView.as_view(), name="meta-rollouts"),
    path("rollouts/current", CurrentRolloutView.as_view(), name="meta-rollout-current"),
    path("rollouts/<int:number>", OneRolloutView.as_view(), name="meta-rollout"),
    path("rollouts/<int:number>/promote", PromoteView.as_view(), name="meta-rollout-promote"),
    path("rollouts/<int:number>/end", EndView.as_view(), name="meta-rollout-end"),
    path("rollouts/<int:number>/pause", PauseView.as_view(), name="meta-rollout-pause"),
    path("jobs/", JobListView.as_view(), name="meta-jobs"),
    path("jobs/claim", ClaimView.as_view(), name="meta-job-claim"),
    path("jobs/<int:number>", JobView.as_view(), name="meta-job"),
    path("jobs/<int:number>/found", FoundView.as_view(), name="meta-job-found"),
    path("jobs/<int:number>/points", PointsView.as_view(), name="meta-job-points"),
    path("jobs/<int:number>/pause", PauseJobView.as_view(), name="meta-job-pause"),
    path("jobs/<int:number>/resume", ResumeJobView.as_view(), name="meta-job-resume"),
    path("jobs/<int:number>/cancel", CancelJobView.as_view(), name="meta-job-cancel"),
    path("jobs/<int:number>/renew", RenewView.as_view(), name="meta-job-renew"),
    path("jobs/<int:number>/chunk", ChunkView.as_view(), name="meta-job-chunk"),
    path("jobs/<int:number>/give-back", GiveBackView.as_view(), name="meta-job-give-back"),
    path("jobs/<int:number>/finish", FinishView.as_view(), name="meta-job-finish"),
    path("jobs/<int:number>/fail", FailView.as_view(), name="meta-job-fail"),
    path("audit", AuditView.as_view(), name="meta-audit"),
    path("fleet/directory", DirectoryView.as_view(), name="meta-directory"),
    path("sets/", SetListView.as_view(), name="meta-sets"),
    path("sets/<int:number>/text", SetTextView.as_view(), name="meta-set-text"),
    path("sets/<int:number>/messages/draft", DraftView.as_view(), name="meta-message-draft"),
    path("unmodelled/ignored/", IgnoredListView.as_view(), name="meta-ignored"),
    path("unmodelled/ignored/<int:number>", IgnoredView.as_view(), name="meta-one-ignored"),
    path("sets/<int:number>/impact", ImpactView.as_view(), name="meta-set-impact"),
    path("sets/<int:number>/try", TryView.as_view(), name="meta-set-try"),
    path("check", CheckView.as_view(), name="meta-check"),
    path("schema", SpectacularAPIView.as_view(), name="meta-schema"),
    # Split: its script is a file, as the content security policy asks.
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="meta-schema"), name="meta-docs"),
]
