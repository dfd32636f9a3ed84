package message

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) answers(r quarantine.ApprovalRequest) []line {
	approve := fmt.Sprintf("%s %sEvidence is taken after that.", f.words.Ask.Approve, f.uncounted(r))
	deny := "the " + f.words.Noun + " is left as it is, which is put on record and told."
	if r.Purpose == quarantine.PurposeRelease {
		approve = f.words.Ask.PutBack +
			" What another incident holds stays as it is; what somebody changed by hand is left alone."
		deny = "the quarantine stays, until somebody releases it on the command line."
	}
	out := append(labelled("Approve", approve), labelled("And", f.beside(r))...)
	out = append(out, f.narrowing(r)...)
	return append(out, labelled("Deny", deny+" The first answer counts.")...)
}

func (f facts) beside(r quarantine.ApprovalRequest) string {
	var does []string
	for _, name := range r.Measures {
		m := register.Named(Clean(name, maxName))
		does = append(does, known(m.InShort, Clean(m.Does, maxQuoted)))
	}
	if len(does) == 0 {
		return ""
	}
	return "it " + list(does) + "."
}

func (f facts) narrowing(r quarantine.ApprovalRequest) []line {
	in := f.record.Incident
	if r.Purpose != quarantine.PurposeRelease || in == nil || len(in.HeldQuarantines()) == 0 || len(in.HoldsOf(securitygroup.Info().Name)) == 0 {
		return nil
	}
	return labelled("Narrow", "once its security group has held the instance for ten minutes, the subnets alone can be given back: "+
		"the instance stays contained by the group, and this is asked again.")
}

func (f facts) silence(r quarantine.ApprovalRequest) string {
	switch {
	case r.Purpose == quarantine.PurposeRelease:
		return "the quarantine stays, and people are told."
	case f.onSilence() == quarantine.ActionIsolate:
		return "it is " + f.words.Past + " as if somebody had approved, because the policy says so."
	case brake(r) != "":
		return "the " + f.words.Noun + " is left as it is, and people are told: beyond the limits, silence never cuts."
	default:
		return "the " + f.words.Noun + " is left as it is, and people are told."
	}
}

func (f facts) onSilence() quarantine.Action {
	switch {
	case f.Approval != nil && f.Approval.OnSilence != "":
		return f.Approval.OnSilence
	case f.Triage != nil:
		return f.Triage.OnSilence
	default:
		return ""
	}
}

func (f facts) deciding(r quarantine.ApprovalRequest) part {
	p := part{title: nowTitle, rank: now}
	how := "Decide by command, with AWS credentials, whose identity is kept:"
	switch u := f.page(); {
	case u != "":
		how = "Decide on its page (who has its secret address can decide), or by command:"
		p.links = []quarantine.Link{{Label: "Decide here", URL: u}}
	case f.Unlinked != "":
		how = fmt.Sprintf("There is no link to the request's page, as it could not be signed (%s). Decide by command:", Clean(f.Unlinked, maxQuoted))
	}
	p.lines = append([]line{say("%s", how)}, f.byCommand(r)...)
	return p
}

func (f facts) byCommand(r quarantine.ApprovalRequest) []line {
	out := []line{f.quarantine("approve", r.ID), f.quarantine("deny", r.ID)}
	if len(f.narrowing(r)) > 0 && r.Reminders == 0 {
		out = append(out, f.quarantine("narrow", f.incident()))
	}
	return out
}

func (f facts) request(r quarantine.ApprovalRequest) []line {
	asked := clock(r.AskedAt)
	if through := list(r.Asked); through != "" {
		asked += " through " + through
	}
	out := append(labelled("Request", Clean(r.ID, maxName)), labelled("Asked", strings.TrimSpace(asked))...)
	return append(out, labelled("Expires", clock(r.ExpiresAt))...)
}
