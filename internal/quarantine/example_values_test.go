package quarantine_test

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The examples have a value in every field, so that their JSON shows every name.

const (
	incident = "inc-20260304-0123456789"
	subnet   = "subnet-0a1b2c3d4e5f60718"
	vpc      = "vpc-0a1b2c3d4e5f60718"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)

func exampleTriage() quarantine.Triage {
	return quarantine.Triage{
		Finding: exampleFinding(),
		Verdict: quarantine.Verdict{
			Action: quarantine.ActionIsolate, Score: 85, Unscored: true,
			Reasons: []quarantine.Reason{{Name: "finding-type", Points: 40, Text: "the instance mines"}},
		},
		Resources: []quarantine.Resource{host}, Resource: &host,
		LockKey: quarantine.LockKey(host), Incident: incident, Measures: []string{"security-group"}, LockDays: 365, OnSilence: quarantine.ActionNotify, Confirmed: true, PolicyVersion: 7,
		Limits: quarantine.Limits{AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50, AskForwarding: true, AskStopped: true, Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk, SameGroup: quarantine.BeyondCut}},
		Exempt: quarantine.Exemptions{
			Accounts: []string{"444455556666"}, VPCs: []string{"vpc-1"}, Subnets: []string{"subnet-1"},
			Tags: map[string]string{"quarantine": "never"}, Users: []string{"deployer", "/break-glass/"},
		},
	}
}

func exampleFinding() quarantine.Finding {
	return quarantine.Finding{
		ID: "16afba5c5c43e07c9e3e5e2e544e95df", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS",
		Title: "The instance mines", Description: "It asked for the address of a pool.", Severity: 8.5, LeftOut: []string{"a threat name of another kind"},
		AccountID: host.AccountID, EnvelopeAccountID: "777788889999", Region: host.Region, Partition: "aws", DetectorID: "d-1",
		ResourceType: quarantine.ResourceInstance, Role: "TARGET", ActionType: "DNS_REQUEST", Direction: "OUTBOUND",
		Remote: []string{"pool.example"}, ThreatNames: []string{"miner"}, Count: 3,
		CreatedAt: at, UpdatedAt: at.Add(time.Minute), LastSeen: at, EventTime: at.Add(2 * time.Minute), Replay: "drill-7", Sample: true, Archived: true,
		Instances: []quarantine.AccusedInstance{{ByCredentials: true,
			ID: host.ID, AccountID: host.AccountID, Region: host.Region, Type: "t3.micro", ImageID: "ami-1",
			Platform: "linux", State: "running", Zone: "eu-west-1a", ProfileARN: "arn:aws:iam::111122223333:instance-profile/web",
			LaunchedAt: at, Tags: map[string]string{"team": "web"},
			Interfaces: []quarantine.Interface{exampleInterface()},
		}},
		Word: &quarantine.Word{By: "arn:aws:iam::111122223333:user/kim", Reason: "it mines", At: at},
		Key:  &quarantine.AccusedKey{ID: "AKIAIOSFODNN7EXAMPLE", User: "alice", UserType: quarantine.UserTypeIAM, PrincipalID: "AIDACKCEVSQ6C2EXAMPLE"},
	}
}

func exampleInterface() quarantine.Interface {
	return quarantine.Interface{
		ID: "eni-1", VPCID: vpc, SubnetID: subnet, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.1",
		IPv6: []string{"2001:db8::1"}, SecurityGroups: []string{"sg-1"}, OwnerID: "111122223333", Type: "interface", Forwards: true, RequesterManaged: true,
	}
}

func exampleContainment() quarantine.Containment {
	return quarantine.Containment{
		Incident: incident,
		Instance: quarantine.Instance{
			ID: host.ID, AccountID: host.AccountID, State: "running", Type: "t3.micro", ImageID: "ami-1", Platform: "linux",
			ProfileARN: "arn:aws:iam::111122223333:instance-profile/web", LaunchedAt: at, Tags: map[string]string{"team": "web"},
			Interfaces: []quarantine.Interface{exampleInterface()},
			Volumes:    []quarantine.VolumeRef{{ID: "vol-1", Device: "/dev/xvda"}},
		},
		Subnets: []quarantine.Quarantine{{
			AccountID: host.AccountID, Region: host.Region, VPCID: vpc, SubnetID: subnet,
			Before: "acl-1", BeforeVersion: "aclassoc-1", After: "acl-2", AfterVersion: "aclassoc-2", Puts: []string{"aclassoc-3"}, Retaking: "aclassoc-4",
			Holders: []string{incident}, VerifiedAt: at, Releasing: incident, Joined: true,
		}},
		Neighbours: &quarantine.Neighbours{
			Subnets: []string{subnet}, AtLeast: true, NotKnown: "EC2 did not answer",
			Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{"nat-1"}}},
			Group: &quarantine.GroupHit{Group: "web", Members: 2, AtLeast: true, Subnets: 3, Under: 1, NotKnown: "Auto Scaling did not answer"},
		},
		By: "security-group", Things: []quarantine.Hold{exampleHold()},
		ContainedAt: at, Warnings: []string{"An Auto Scaling group owns it."}, RemainsOpen: []string{"DNS goes on."},
	}
}

func exampleHold() quarantine.Hold {
	return quarantine.Hold{
		Measure: "security-group", AccountID: host.AccountID, Region: host.Region, VPCID: vpc, Thing: "eni-1",
		Parts: map[string]quarantine.Part{"groups": {
			Before: &quarantine.Value{Text: "sg-1", Absent: true, Unknown: true}, Puts: []string{"sg-2"}, After: "sg-2", Refused: "EC2 takes no change",
		}},
		Holders: []string{incident}, Releasing: incident, VerifiedAt: at, Outcome: quarantine.StillHeld, Note: "another incident holds it",
	}
}

func exampleEvidence() quarantine.Evidence {
	return quarantine.Evidence{
		Incident: incident, Resource: host, Case: "i-0a1b2c3d4e5f60718 on 2026-03-04", Status: quarantine.EvidencePending,
		Snapshots: []quarantine.Snapshot{{
			ID: "snap-1", VolumeID: "vol-1", Device: "/dev/xvda", State: "error", Progress: "40%", SizeGiB: 8, StartedAt: at,
			Message: "the key is disabled", Tags: map[string]string{quarantine.TagIncident: incident}, Description: "Evidence of i-0a1b2c3d4e5f60718",
			Lock: &quarantine.SnapshotLock{State: "governance", Until: at.Add(365 * 24 * time.Hour)},
		}},
		Artifacts: []quarantine.Artifact{{
			Name: "instance", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Bytes: 4,
			TakenAt: at, TakenBy: "arn:aws:sts::111122223333:assumed-role/forensics/quarantine",
		}},
		Problems: []string{"there was no console output yet"},
	}
}

func exampleRelease() quarantine.Release {
	return quarantine.Release{
		Incident: incident, Resource: host,
		Subnets: []quarantine.ReleasedSubnet{{
			SubnetID: subnet, VPCID: vpc, Outcome: quarantine.StillHeld, Now: "acl-2", Version: "aclassoc-2", Closed: true,
			Before: "acl-1", Holders: []string{"inc-20260305-9876543210"},
		}},
		Things:     []quarantine.ReleasedThing{{Measure: "security-group", Thing: "eni-1", Outcome: quarantine.Gone, Note: "it does not exist any more"}},
		ReleasedAt: at, By: "arn:aws:iam::111122223333:user/on-call", Reason: "rebuilt",
		Removed: []string{"acl-3"}, Warnings: []string{"the ACL keeps a tag"}, Already: true,
		FalseAlarm: &quarantine.FalseAlarm{
			Resource: host, Types: []string{"CryptoCurrency:EC2/BitcoinTool.B!DNS"}, Incident: incident,
			By: "arn:aws:iam::111122223333:user/on-call", Reason: "our scanner", Until: at.AddDate(0, 0, 7), Ended: true,
		},
	}
}

func exampleApproval() quarantine.ApprovalRequest {
	return quarantine.ApprovalRequest{
		ID: "req-0f1e0517cb7bdfec03dd", Purpose: quarantine.PurposeIsolate, Incident: incident, Resource: host,
		Finding: quarantine.FindingSummary{
			DetectorID: "d-1", Name: "web-1",
			ID: "16afba5c5c43e07c9e3e5e2e544e95df", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Title: "The instance mines", Severity: 8.5,
		},
		Score: 55, Reasons: []quarantine.Reason{{Name: "finding-type", Points: 40, Text: "the instance mines"}}, Execution: run,
		AskedAt: at, ExpiresAt: at.Add(time.Hour), Asked: []string{"slack"}, OnSilence: quarantine.ActionIsolate, Measures: []string{"security-group"}, Reminders: 1, Status: quarantine.RequestApproved,
		Decision:  &quarantine.Decision{Approve: true, Narrow: true, By: "U012ABC", Via: "slack", Reason: "it is the miner", At: at.Add(time.Minute)},
		Delivered: true,
	}
}

func exampleDrift() quarantine.Drift {
	return quarantine.Drift{
		Measure: quarantine.MeasureCut, AccountID: "111122223333", Region: "eu-west-1", VPCID: "vpc-1", Thing: "subnet-1",
		Kind: quarantine.DriftReopened, What: "is under acl-1", By: "arn:aws:sts::111122223333:assumed-role/terraform/run-7",
		Since: at, LastAt: at, Times: 2, ClosedAt: at, NextAt: at, Failed: "Contended: it changed four times",
		Told: []quarantine.DriftNews{quarantine.NewsFirst}, LeftAt: at, LeftBy: "arn:aws:iam::111122223333:user/on-call", LeftReason: "it is rebuilt",
	}
}

func exampleNews() quarantine.News {
	triage, containment, evidence := exampleTriage(), exampleContainment(), exampleEvidence()
	release, approval := exampleRelease(), exampleApproval()
	return quarantine.News{
		Kind: quarantine.KindContained, Execution: run, Triage: &triage, Incident: incident, Retry: 1,
		Containment: &containment, Evidence: &evidence,
		Measure: "security-group", Drifts: []quarantine.Drift{exampleDrift()},
		Failure: &quarantine.CaughtError{Error: quarantine.AccessDenied, Cause: `{"errorMessage":"not allowed"}`},
		Release: &release, Approval: &approval, Link: "https://approve.example/req", Unlinked: "the key is short",
		Event: json.RawMessage(`{"source":"aws.guardduty"}`),
	}
}
