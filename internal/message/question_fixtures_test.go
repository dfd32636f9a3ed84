package message

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	requestID = "req-0123456789abcdef0123"
	// signed is the part of a link that must not get about.
	signed = "s3cr3t-signature"
	page   = "https://approve.example/r/" + requestID + "?exp=1793620807&sig=" + signed
)

func request(p quarantine.Purpose) *quarantine.ApprovalRequest {
	t := triage()
	return &quarantine.ApprovalRequest{
		ID: requestID, Purpose: p, Incident: incident, Resource: *t.Resource,
		Finding: t.Finding.Summary(),
		Score:   t.Verdict.Score, Reasons: t.Verdict.Reasons, Execution: execution(),
		AskedAt: noon, ExpiresAt: noon.Add(time.Hour), Asked: []string{"sns", "slack"}, Status: quarantine.RequestPending,
		OnSilence: quarantine.ActionNotify,
	}
}

// asked is the question as the ledger alone knows it.
func asked(p quarantine.Purpose) quarantine.News {
	return quarantine.News{Kind: quarantine.KindApprovalAsked, Approval: request(p), Link: page}
}

// askedWhether is the question with everything that an execution knows.
func askedWhether(p quarantine.Purpose) quarantine.News {
	n := asked(p)
	n.Execution, n.Triage, n.Incident = execution(), triage(), incident
	n.Triage.Verdict.Action = quarantine.ActionApprove
	if p == quarantine.PurposeRelease {
		n.Triage.Verdict.Action = quarantine.ActionIsolate
	}
	return n
}

// braked makes the question one that the brake has put.
func braked(n quarantine.News) quarantine.News {
	reasons := append(n.Triage.Verdict.Reasons, quarantine.Reason{Name: quarantine.ReasonBrake,
		Text: "the brake holds this cut: isolations of account 111122223333 in the hour from 12:00 UTC: 20, " +
			"and the policy's limits.isolationsPerHour.account is 20. Nothing was changed for it, and a person is asked"})
	n.Triage.Verdict.Reasons, n.Approval.Reasons = reasons, reasons
	return n
}

func expired(p quarantine.Purpose, onSilence quarantine.Action) quarantine.News {
	n := askedWhether(p)
	n.Kind, n.Link = quarantine.KindApprovalExpired, ""
	n.Approval.Status, n.Approval.OnSilence = quarantine.RequestExpired, onSilence
	return n
}

func decision(approve bool) *quarantine.Decision {
	return &quarantine.Decision{Approve: approve, By: "arn:aws:iam::111122223333:user/on-call", Via: "cli",
		Reason: "the owner expects this traffic", At: noon.Add(20 * time.Minute)}
}

func kept(p quarantine.Purpose) quarantine.News {
	n := askedWhether(p)
	n.Kind, n.Link = quarantine.KindKept, ""
	n.Approval.Status, n.Approval.Decision = quarantine.RequestDenied, decision(false)
	return n
}

func restored(subnet string) quarantine.ReleasedSubnet {
	return quarantine.ReleasedSubnet{SubnetID: subnet, VPCID: "vpc-0ccc3333", Outcome: quarantine.Restored,
		Now: "acl-0original", Version: "aclassoc-0back", Before: "acl-0original"}
}

func outcome(subnet string, o quarantine.ReleaseOutcome, acl string) quarantine.ReleasedSubnet {
	s := restored(subnet)
	s.Outcome, s.Now = o, acl
	return s
}

func release(subnets ...quarantine.ReleasedSubnet) *quarantine.Release {
	return &quarantine.Release{
		Incident: incident, Resource: *triage().Resource, Subnets: subnets, ReleasedAt: noon.Add(time.Hour),
		By: "arn:aws:iam::111122223333:user/on-call", Reason: "replaced from a clean image",
	}
}

func released(subnets ...quarantine.ReleasedSubnet) quarantine.News {
	return quarantine.News{Kind: quarantine.KindReleased, Execution: execution(), Release: release(subnets...)}
}

// releasedMixed has a subnet of every outcome.
func releasedMixed() quarantine.News {
	held := outcome("subnet-0ccc3333", quarantine.StillHeld, "acl-0quarantine")
	held.Holders = []string{"inc-20261101-ffffffffff"}
	n := released(restored("subnet-0aaa1111"), outcome("subnet-0bbb2222", quarantine.RestoredDefault, "acl-0default"), held,
		outcome("subnet-0ddd4444", quarantine.Drifted, "acl-0theirs"), outcome("subnet-0eee5555", quarantine.AlreadyReleased, ""))
	n.Release.Warnings = []string{"acl-0quarantine keeps a tag of this incident: untagging was denied."}
	n.Triage, n.Containment = triage(), containment()
	return n
}

func notReleased(name, message string) quarantine.News {
	return quarantine.News{Kind: quarantine.KindReleaseFailed, Execution: execution(), Incident: incident,
		Containment: containment(), Failure: caught(name, message)}
}
