package message

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const keyID = "AKIAIOSFODNN7EXAMPLE"

func keyResource() quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: account, Region: "us-east-1", ID: keyID}
}

// keyTriage is of a finding about a user's key, in another Region than the one from which IAM is run.
func keyTriage() *quarantine.Triage {
	t, r := triage(), keyResource()
	t.Finding.Type, t.Finding.ResourceType, t.Finding.Instances = "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", quarantine.ResourceAccessKey, nil
	t.Finding.Title, t.Finding.Description = "API ListBuckets was called from a listed address.", "The API ListBuckets was called from 198.51.100.7."
	t.Finding.Remote, t.Finding.ThreatNames = []string{"198.51.100.7"}, nil
	t.Finding.Key = &quarantine.AccusedKey{ID: keyID, User: "alice", UserType: quarantine.UserTypeIAM, PrincipalID: "AIDAEXAMPLE"}
	t.Verdict = quarantine.Verdict{Action: quarantine.ActionApprove, Score: 72, Reasons: []quarantine.Reason{
		{Name: "severity", Points: 64, Text: "severity 8.0 (High)"}, {Name: "occurrences", Points: 8, Text: "seen 5 times"},
	}}
	t.Resource, t.Resources, t.OnSilence = &r, []quarantine.Resource{r}, quarantine.ActionNotify
	return t
}

// keyHold is the hold of the key, as it was read back.
func keyHold() quarantine.Hold {
	return quarantine.Hold{
		Measure: "access-key", AccountID: account, Region: "us-east-1", Thing: "alice/" + keyID,
		Parts:   map[string]quarantine.Part{"status": {Before: &quarantine.Value{Text: "Active"}, Puts: []string{"Inactive"}, After: "Inactive"}},
		Holders: []string{incident}, VerifiedAt: noon,
	}
}

// keyRecord is the incident as the ledger has it, with holds that somebody has changed.
func keyRecord(changes ...func(*quarantine.Incident)) Record {
	t := keyTriage()
	in := &quarantine.Incident{
		ID: incident, Resource: keyResource(), Status: quarantine.StatusContained, Verdict: t.Verdict, Holds: []quarantine.Hold{keyHold()},
		Findings: []quarantine.IncidentFinding{{FindingSummary: t.Finding.Summary(), Score: t.Verdict.Score}},
	}
	for _, change := range changes {
		change(in)
	}
	return Record{Incident: in}
}

func keyNews(kind quarantine.MessageKind) quarantine.News {
	return quarantine.News{Kind: kind, Execution: execution(), Triage: keyTriage(), Incident: incident}
}

func keyContained() quarantine.News {
	n, h := keyNews(quarantine.KindContained), keyHold()
	h.Holders = nil // as the answer of the cut can be without them
	n.Containment = &quarantine.Containment{Incident: incident, Things: []quarantine.Hold{h}, ContainedAt: noon}
	return n
}

func keyNotContained(name, text string) quarantine.News {
	n := keyNews(quarantine.KindContainmentFailed)
	n.Failure = caught(name, text)
	return n
}

func keyAsked(p quarantine.Purpose) quarantine.News {
	n := keyNews(quarantine.KindApprovalAsked)
	r, t := request(p), keyTriage()
	r.Resource, r.Finding, r.Score, r.Reasons = keyResource(), t.Finding.Summary(), t.Verdict.Score, t.Verdict.Reasons
	n.Approval, n.Link = r, page
	return n
}

func keyAnswered(kind quarantine.MessageKind, p quarantine.Purpose, status quarantine.RequestStatus) quarantine.News {
	n := keyAsked(p)
	n.Kind, n.Link, n.Approval.Status = kind, "", status
	if status == quarantine.RequestDenied {
		n.Approval.Decision = decision(false)
	}
	return n
}

// keyDrifted is news of the key's hold, which stood otherwise.
func keyDrifted(changes ...func(*quarantine.Drift)) quarantine.News {
	n := drifted(quarantine.DriftReopened, "access-key", "alice/"+keyID, "status is Active", changes...)
	n.Incident, n.Execution = incident, execution()
	for i := range n.Drifts {
		n.Drifts[i].AccountID, n.Drifts[i].Region, n.Drifts[i].VPCID = account, "us-east-1", ""
	}
	return n
}

func keyReleased(o quarantine.ReleaseOutcome, note string) quarantine.News {
	return quarantine.News{Kind: quarantine.KindReleased, Execution: execution(), Incident: incident, Release: &quarantine.Release{
		Incident: incident, Resource: keyResource(), ReleasedAt: noon.Add(time.Hour), By: "arn:aws:iam::111122223333:user/on-call",
		Reason: "the key was rotated", Things: []quarantine.ReleasedThing{{Measure: "access-key", Thing: "alice/" + keyID, Outcome: o, Note: note}},
	}}
}

func keyEvidence(kind quarantine.MessageKind, status quarantine.EvidenceStatus) quarantine.News {
	n := keyContained()
	n.Kind = kind
	n.Evidence = &quarantine.Evidence{Incident: incident, Case: keyID + "-20261102", Resource: keyResource(), Status: status,
		Artifacts: evidence(quarantine.EvidenceComplete).Artifacts}
	n.Evidence.Artifacts[0].Name = "user"
	return n
}
