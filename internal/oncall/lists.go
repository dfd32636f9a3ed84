package oncall

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// orEmpty is a list that JSON shows as [] where there is nothing: a program that
// goes through it need not expect null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Request is a question without null lists, for JSON.
func Request(r quarantine.ApprovalRequest) quarantine.ApprovalRequest {
	r.Reasons = orEmpty(r.Reasons)
	return r
}

// Requests are questions without null lists, for JSON.
func Requests(all []quarantine.ApprovalRequest) []quarantine.ApprovalRequest {
	out := []quarantine.ApprovalRequest{}
	for _, r := range all {
		out = append(out, Request(r))
	}
	return out
}

// WithLists is the incident without null lists, for JSON.
func WithLists(in quarantine.Incident) quarantine.Incident {
	in.Findings, in.Verdict.Reasons, in.Holds, in.Timeline = orEmpty(in.Findings), orEmpty(in.Verdict.Reasons), orEmpty(in.Holds), orEmpty(in.Timeline)
	in.Evidence.Snapshots, in.Evidence.Artifacts = orEmpty(in.Evidence.Snapshots), orEmpty(in.Evidence.Artifacts)
	in.Questions = Requests(in.Questions)
	in.Watch.Drifts = orEmpty(in.Watch.Drifts)
	if in.Neighbours != nil {
		n := *in.Neighbours
		n.Subnets, n.Kinds = orEmpty(n.Subnets), orEmpty(n.Kinds)
		in.Neighbours = &n
	}
	return in
}
