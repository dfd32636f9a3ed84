package main

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// orEmpty is the list, or an empty one for nil: JSON shows that as [], and a
// program that goes through it need not expect null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// requestWithEmptyLists is a question without a nil list.
func requestWithEmptyLists(r quarantine.ApprovalRequest) quarantine.ApprovalRequest {
	r.Reasons = orEmpty(r.Reasons)
	return r
}

// requestsWithEmptyLists are questions without a nil list.
func requestsWithEmptyLists(all []quarantine.ApprovalRequest) []quarantine.ApprovalRequest {
	out := []quarantine.ApprovalRequest{}
	for _, r := range all {
		out = append(out, requestWithEmptyLists(r))
	}
	return out
}

// withEmptyLists is an incident without a nil list.
func (s shown) withEmptyLists() shown {
	s.Reasons, s.Subnets, s.Joined = orEmpty(s.Reasons), orEmpty(s.Subnets), orEmpty(s.Joined)
	s.Events, s.Artifacts = orEmpty(s.Events), orEmpty(s.Artifacts)
	s.Quarantines, s.Snapshots, s.RemainsOpen = orEmpty(s.Quarantines), orEmpty(s.Snapshots), orEmpty(s.RemainsOpen)
	s.Questions = requestsWithEmptyLists(s.Questions)
	return s
}
