package message

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	instanceID = "i-0a1b2c3d4e5f60718"
	account    = "111122223333"
	region     = "eu-central-1"
	incident   = "inc-20261102-0a1b2c3d4e"
)

var noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

func execution() quarantine.Execution {
	return quarantine.Execution{
		ID:   "arn:aws:states:eu-central-1:111122223333:execution:quarantine:0f1e2d3c-a",
		Name: "0f1e2d3c-a", StartedAt: noon.Add(-7 * time.Second),
	}
}

func triage() *quarantine.Triage {
	resource := quarantine.Resource{AccountID: account, Region: region, Kind: quarantine.KindInstance, ID: instanceID}
	return &quarantine.Triage{
		Finding: quarantine.Finding{
			ID: "16afba5c5c43e07c9e3e5e2e544e95df", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS",
			Title:       "EC2 instance " + instanceID + " looked up a domain of a mining pool.",
			Description: "The instance asked for the address of pool.example, which is used for mining cryptocurrency.",
			Severity:    8, AccountID: account, Region: region, Partition: "aws", ResourceType: quarantine.ResourceInstance,
			Remote: []string{"pool.example"}, ThreatNames: []string{"CoinMiner"}, Count: 5,
			CreatedAt: noon.Add(-time.Minute), UpdatedAt: noon.Add(-10 * time.Second),
			Instances: []quarantine.AccusedInstance{{ID: instanceID, Interfaces: []quarantine.Interface{
				{SubnetID: "subnet-0aaa1111", VPCID: "vpc-0ccc3333"},
			}}},
		},
		Verdict: quarantine.Verdict{Action: quarantine.ActionIsolate, Score: 85, Reasons: []quarantine.Reason{
			{Name: "severity", Points: 40, Text: "GuardDuty gives it 8 of 10"},
			{Name: "finding-type", Points: 30, Text: "a miner runs on the instance: the instance is the one acting"},
			{Name: "occurrences", Points: 5, Text: "seen 5 times"},
			{Name: "exposure", Points: 10, Text: "it has a public address"},
			{Name: "threshold", Text: "70 or more is isolated"},
		}},
		Resources: []quarantine.Resource{resource}, Resource: &resource, Incident: incident,
	}
}

func containment() *quarantine.Containment {
	return &quarantine.Containment{
		Incident: incident,
		Instance: quarantine.Instance{
			ID: instanceID, AccountID: account, State: "running", Type: "t3.micro",
			ProfileARN: "arn:aws:iam::111122223333:instance-profile/web-server",
			Tags:       map[string]string{"Name": "web-1", "aws:autoscaling:groupName": "web fleet"},
			Interfaces: []quarantine.Interface{
				{ID: "eni-1", VPCID: "vpc-0ccc3333", SubnetID: "subnet-0aaa1111", PrivateIP: "10.0.1.10", PublicIP: "203.0.113.7"},
				{ID: "eni-2", VPCID: "vpc-0ccc3333", SubnetID: "subnet-0bbb2222", PrivateIP: "10.0.2.10"},
			},
		},
		Subnets: []quarantine.Quarantine{
			verified("subnet-0aaa1111", noon.Add(-time.Second), false, incident),
			verified("subnet-0bbb2222", noon, true, "inc-20261101-ffffffffff", incident),
		},
		ContainedAt: noon,
		Warnings:    []string{"The Auto Scaling group \"web fleet\" can terminate the instance."},
		RemainsOpen: []string{
			"Hosts of the same subnet still reach each other.",
			"DNS through the VPC's resolver still works, and can carry data out.",
			"Credentials already issued to the instance's role still work from elsewhere.",
		},
	}
}

func verified(subnet string, at time.Time, joined bool, holders ...string) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: account, Region: region, VPCID: "vpc-0ccc3333", SubnetID: subnet,
		Before: "acl-0original", BeforeVersion: "aclassoc-0before",
		After: "acl-0quarantine", AfterVersion: "aclassoc-0after", VerifiedAt: at, Joined: joined, Holders: holders,
	}
}

func evidence(status quarantine.EvidenceStatus) *quarantine.Evidence {
	return &quarantine.Evidence{
		Incident: incident, Case: instanceID + "-20261102", Status: status,
		Resource: quarantine.Resource{AccountID: account, Region: region, Kind: quarantine.KindInstance, ID: instanceID},
		Snapshots: []quarantine.Snapshot{
			{ID: "snap-0aaa", VolumeID: "vol-0aaa", Device: "/dev/xvda", State: "completed", Progress: "100%", SizeGiB: 8},
			{ID: "snap-0bbb", VolumeID: "vol-0bbb", Device: "/dev/sdf", State: "completed", Progress: "100%", SizeGiB: 100},
		},
		Artifacts: []quarantine.Artifact{{
			Name: "instance", Bytes: 1834, TakenAt: noon.Add(2 * time.Second),
			SHA256:  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
			TakenBy: "arn:aws:sts::111122223333:assumed-role/forensics/quarantine",
		}},
	}
}

// lambdaCause is a Cause as Lambda makes it.
func lambdaCause(name, message string) string {
	raw, err := json.Marshal(map[string]any{"errorMessage": message, "errorType": name, "stackTrace": []string{}})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func caught(name, message string) *quarantine.CaughtError {
	return &quarantine.CaughtError{Error: name, Cause: lambdaCause(name, message)}
}

func contained() quarantine.News {
	return quarantine.News{Kind: quarantine.KindContained, Execution: execution(), Triage: triage(),
		Incident: incident, Containment: containment()}
}

func notContained(name, message string) quarantine.News {
	return quarantine.News{Kind: quarantine.KindContainmentFailed, Execution: execution(), Triage: triage(),
		Incident: incident, Failure: caught(name, message)}
}

func evidenceNews(kind quarantine.MessageKind, e *quarantine.Evidence) quarantine.News {
	return quarantine.News{Kind: kind, Execution: execution(), Triage: triage(), Incident: incident,
		Containment: containment(), Evidence: e}
}

func toldOnly(action quarantine.Action) quarantine.News {
	t := triage()
	t.Verdict = quarantine.Verdict{Action: action, Score: 45, Reasons: []quarantine.Reason{
		{Name: "severity", Points: 45, Text: "GuardDuty gives it 8 of 10"},
	}}
	return quarantine.News{Kind: quarantine.KindToldOnly, Execution: execution(), Triage: t}
}

func malformed(event string) quarantine.News {
	return quarantine.News{Kind: quarantine.KindMalformed, Execution: execution(), Event: json.RawMessage(event),
		Failure: caught(quarantine.MalformedEvent, "detail.id: expected a string of 32 hexadecimal digits, and found nothing")}
}

func holds(subnets []quarantine.Quarantine) (out []quarantine.Hold) {
	for _, q := range subnets {
		out = append(out, q.Hold())
	}
	return out
}

// onRecord is the incident of the fixtures as the ledger has it.
func onRecord() Record {
	t := triage()
	return Record{Incident: &quarantine.Incident{
		ID: incident, Resource: *t.Resource, Status: quarantine.StatusContained, Verdict: t.Verdict, Holds: holds(containment().Subnets),
		Findings:  []quarantine.IncidentFinding{{FindingSummary: t.Finding.Summary(), Score: t.Verdict.Score}},
		Questions: []quarantine.ApprovalRequest{*request(quarantine.PurposeRelease)},
	}}
}

// oneOfEach is news of every kind.
func oneOfEach() map[string]quarantine.News {
	failing := evidence(quarantine.EvidenceStatusFailed)
	failing.Problems = []string{"snapshot snap-0bbb of vol-0bbb is in error: the volume's key is disabled"}
	unasked := kept(quarantine.PurposeRelease)
	unasked.Kind, unasked.Failure = quarantine.KindAskingFailed, caught(quarantine.Unavailable, "the ledger did not answer")
	return map[string]quarantine.News{
		"contained":          contained(),
		"containment failed": notContained(quarantine.QuotaReached, "vpc-0ccc3333 has as many network ACLs as its quota allows"),
		"measure failed":     measureFailed(),
		"reopened":           reopened(notPutRight),
		"evidence complete":  evidenceNews(quarantine.KindEvidenceComplete, evidence(quarantine.EvidenceComplete)),
		"evidence failed":    evidenceNews(quarantine.KindEvidenceFailed, failing),
		"told only":          toldOnly(quarantine.ActionNotify),
		"observed":           observing(quarantine.Observation{Would: quarantine.WouldAsk, Why: "the cut would hit a NAT gateway", Neighbours: neighbours(7)}),
		"malformed":          malformed(`{"source": "aws.guardduty", "detail": {"title": "a\u202eb", "arn": "arn:aws:x"}}`),
		"asked to cut":       braked(askedWhether(quarantine.PurposeIsolate)),
		"asked to release":   askedWhether(quarantine.PurposeRelease),
		"asking failed":      unasked,
		"expired":            expired(quarantine.PurposeRelease, ""),
		"kept":               kept(quarantine.PurposeIsolate),
		"released":           releasedMixed(),
		"release failed":     notReleased(quarantine.Contended, "the association of subnet-0bbb2222 changed four times"),
	}
}
