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

// WithLists is the record without null lists, for JSON.
func (r Record) WithLists() Record {
	r.Reasons, r.Subnets, r.Joined = orEmpty(r.Reasons), orEmpty(r.Subnets), orEmpty(r.Joined)
	r.Events, r.Artifacts = orEmpty(r.Events), orEmpty(r.Artifacts)
	r.Quarantines, r.Snapshots, r.RemainsOpen = orEmpty(r.Quarantines), orEmpty(r.Snapshots), orEmpty(r.RemainsOpen)
	r.Questions = Requests(r.Questions)
	return r
}
