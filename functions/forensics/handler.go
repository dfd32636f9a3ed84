// Package forensics is the function that takes evidence of a contained resource. Of an instance
// that is one crash-consistent set of snapshots of its volumes, and a manifest of its
// configuration in the ledger; of an access key a manifest of what IAM has of it, of its user
// and of what that may do.
package forensics

import (
	"context"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler takes evidence, checks its progress, and locks what is complete. Every run can be repeated: an
// existing set of snapshots is used instead of a new one, and nothing in the
// manifest is overwritten. The handler deletes nothing.
//
// IAM actions: ec2:DescribeInstances, ec2:DescribeVolumes,
// ec2:DescribeSnapshots, ec2:CreateSnapshots, ec2:CreateTags,
// ec2:DescribeSecurityGroups, ec2:GetConsoleOutput,
// ec2:GetConsoleScreenshot, ec2:LockSnapshot, ec2:DescribeLockedSnapshots,
// dynamodb:PutItem; of access keys, and where the template's parameter Identity is yes alone,
// iam:GetUser, iam:ListAccessKeys, iam:GetAccessKeyLastUsed, iam:ListUserPolicies,
// iam:GetUserPolicy, iam:ListAttachedUserPolicies, iam:ListGroupsForUser, iam:ListGroupPolicies,
// iam:ListAttachedGroupPolicies, iam:ListUserTags.
// STS needs none to say who we are.
type Handler struct {
	Instances      quarantine.Instances
	Disks          quarantine.Disks
	Locks          quarantine.SnapshotLocker
	SecurityGroups quarantine.SecurityGroupReader
	Console        quarantine.ConsoleReader
	Users          quarantine.UserReader // nil: no evidence of access keys
	Identity       quarantine.Identity
	Ledger         quarantine.EvidenceLedger
	Clock          quarantine.Clock
	Log            *slog.Logger
}

// Request asks for evidence of a resource.
type Request struct {
	Incident  string               `json:"incident"`
	Resource  quarantine.Resource  `json:"resource"`
	Finding   quarantine.Finding   `json:"finding"`
	Execution quarantine.Execution `json:"execution"`
	// Evidence is the result of an earlier run; nil asks for new evidence.
	Evidence *Evidence `json:"evidence"`
	// Retry is the number of attempts before this one: the state's RetryCount.
	// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
	Retry int `json:"retry"`
	// LockDays is for how many days completed snapshots are locked; 0 is not at all.
	LockDays int `json:"lockDays"`
}

// Evidence is the evidence, with what the next check needs to know.
type Evidence struct {
	quarantine.Evidence
	// Uncovered are the instance's volumes that have no snapshot, as described when
	// the set was created. If there is one, the evidence never becomes complete.
	Uncovered []quarantine.Volume `json:"uncovered,omitempty"`
}

// Handle takes evidence of a resource or, given some of an instance, checks its snapshots again.
//
// Artifacts other than the snapshots that could not be kept are listed in the
// evidence's problems, and are no error. Errors: NoVolumes and EvidenceFailed, if
// there is no set of snapshots (all other artifacts are kept); BadRequest, also of a kind of
// resource that there is no evidence of;
// InstanceGone; AccessDenied; QuotaReached; Throttled; Unavailable.
func (h *Handler) Handle(ctx context.Context, in Request) (Evidence, error) {
	if in.Incident == "" || in.Resource.ID == "" {
		return Evidence{}, quarantine.Failf(quarantine.BadRequest, "the request names no incident or no resource: give it both")
	}
	take, known := h.kinds()[in.Resource.Kind]
	if !known {
		return Evidence{}, quarantine.Failf(quarantine.BadRequest, "no evidence is taken of a resource of the kind %q", in.Resource.Kind)
	}
	e, err := take(ctx, in)
	if err != nil {
		h.Log.ErrorContext(ctx, "evidence not taken", "incident", in.Incident, "resource", in.Resource.ID, "error", err)
		return Evidence{}, err
	}
	h.Log.InfoContext(ctx, "evidence", "incident", e.Incident, "resource", e.Resource.ID,
		"status", e.Status, "snapshots", len(e.Snapshots), "problems", len(e.Problems))
	return e, nil
}

// kinds are what takes evidence, by the kind of resource.
func (h *Handler) kinds() map[quarantine.Kind]func(context.Context, Request) (Evidence, error) {
	out := map[quarantine.Kind]func(context.Context, Request) (Evidence, error){quarantine.KindInstance: h.instance}
	if h.Users != nil {
		out[quarantine.KindAccessKey] = h.key
	}
	return out
}

// instance takes evidence of an instance or, given some, checks its snapshots again.
func (h *Handler) instance(ctx context.Context, in Request) (Evidence, error) {
	if in.Evidence != nil {
		return h.check(ctx, in)
	}
	return h.capture(ctx, in)
}

// who is the identity recorded as taking the evidence: the function's own or, if
// STS fails, the execution's.
func (h *Handler) who(ctx context.Context, in Request) (arn string, problem string) {
	arn, err := h.Identity.Identity(ctx)
	if err != nil {
		return in.Execution.ID, "taken in the name of the execution, because our own identity is not known: " + err.Error()
	}
	return arn, ""
}
