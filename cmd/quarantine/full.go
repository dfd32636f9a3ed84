package main

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// full is a list that JSON shows as [] where there is nothing: a program that
// goes through it need not expect null.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fullRequest is a question with all its lists.
func fullRequest(r quarantine.ApprovalRequest) quarantine.ApprovalRequest {
	r.Reasons = full(r.Reasons)
	return r
}

// fullRequests are questions with all their lists.
func fullRequests(all []quarantine.ApprovalRequest) []quarantine.ApprovalRequest {
	out := []quarantine.ApprovalRequest{}
	for _, r := range all {
		out = append(out, fullRequest(r))
	}
	return out
}

// full is an incident with all its lists.
func (s shown) full() shown {
	s.Reasons, s.Subnets, s.Joined = full(s.Reasons), full(s.Subnets), full(s.Joined)
	s.Events, s.Artifacts = full(s.Events), full(s.Artifacts)
	s.Quarantines, s.Snapshots, s.RemainsOpen = full(s.Quarantines), full(s.Snapshots), full(s.RemainsOpen)
	s.Questions = fullRequests(s.Questions)
	return s
}
