// Package triage computes a verdict from a finding: a score with its reasons, and
// the action that the policy derives from them.
package triage

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Request is the function's input.
type Request struct {
	// Event is the EventBridge event as it came.
	Event json.RawMessage `json:"event"`
	// Execution is the state machine's execution; the incident's id derives from it.
	Execution quarantine.Execution `json:"execution"`
}

// Handler is the triage function. It calls no service but for the policy, once a minute at most.
//
// IAM actions: ssm:GetParameter and ssm:GetParameterHistory on the parameter with the policy, where
// there is one, and kms:Decrypt on its key, if that is a customer managed one.
type Handler struct {
	Policies Policies
	// Groups are those of measures that are deployed, nil for all: what the policy wants of others is
	// not taken.
	Groups []measure.Group
	Clock  quarantine.Clock
	Log    *slog.Logger
}

// Handle reads the event, judges the finding, and returns the verdict, the
// resources and, if there is exactly one, its lock key and its incident id.
//
// Errors: MalformedEvent, with a *guardduty.Malformed inside; BadRequest if the
// execution is not named; those of [Policies].
func (h *Handler) Handle(ctx context.Context, in Request) (quarantine.Triage, error) {
	if in.Execution.ID == "" || in.Execution.StartedAt.IsZero() {
		return quarantine.Triage{}, quarantine.Failf(quarantine.BadRequest, "the input names no execution: pass its id and startedAt")
	}
	finding, err := guardduty.Parse(in.Event)
	if err != nil {
		h.Log.WarnContext(ctx, "event refused", "execution", in.Execution.Name, "error", err)
		return quarantine.Triage{}, err
	}
	return h.Judge(ctx, in.Execution, finding)
}

// Judge is what Handle returns of a finding. A person's word comes this way alone: no event that
// Handle reads has one. Errors: those of [Policies].
func (h *Handler) Judge(ctx context.Context, e quarantine.Execution, finding quarantine.Finding) (quarantine.Triage, error) {
	current, err := h.Policies.Current(ctx)
	if err != nil {
		return quarantine.Triage{}, err
	}
	policy := current.Policy.Deployed(h.Groups)
	out := quarantine.Triage{
		Finding:   finding,
		Verdict:   policy.Judge(finding, h.Clock.Now()),
		Resources: append([]quarantine.Resource{}, policy.Resources(finding)...), // a list in JSON even when there are none
		Limits:    policy.limits,
		Measures:  policy.MeasuresOf(quarantine.KindInstance),
		LockDays:  policy.lockDays,
		Exempt:    policy.exempt,
		OnSilence: policy.silence,
		Modes:     policy.modesInForce(),
		Confirmed: policy.confirmed,

		PolicyVersion: current.Version,
	}
	if current.Note != "" {
		out.Verdict.Reasons = append(out.Verdict.Reasons, quarantine.Reason{Name: quarantine.ReasonPolicy, Text: current.Note})
	}
	if len(out.Resources) == 1 {
		out.Measures = policy.MeasuresOf(out.Resources[0].Kind)
		out.Resource = &out.Resources[0]
		out.LockKey = quarantine.LockKey(out.Resources[0])
		out.Incident = quarantine.IncidentID(e, out.Resources[0])
	}
	h.Log.InfoContext(ctx, "finding judged", "execution", e.Name, "finding", finding.ID, "type", finding.Type,
		"action", out.Verdict.Action, "mode", out.Verdict.Mode, "score", out.Verdict.Score, "resources", len(out.Resources), "policy", current.Version)
	return out, nil
}
