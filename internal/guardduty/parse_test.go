package guardduty_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// traits maps each fixture that parses to a check that the finding shows its trait.
var traits = map[string]func(quarantine.Finding) bool{
	"miner": func(f quarantine.Finding) bool {
		return f.Role == "TARGET" && f.Remote[0] == "pool.example.com" && f.ThreatNames[0] == "Miner.Example"
	},
	"port-probe":               func(f quarantine.Finding) bool { return f.ActionType == "PORT_PROBE" && len(f.Remote) == 2 },
	"ssh-brute-force-inbound":  func(f quarantine.Finding) bool { return f.Role == "TARGET" && f.Direction == "INBOUND" },
	"ssh-brute-force-outbound": func(f quarantine.Finding) bool { return f.Role == "ACTOR" && f.Direction == "OUTBOUND" },
	"sample": func(f quarantine.Finding) bool {
		return f.Sample && one(f).ID == "i-99999999" && one(f).Interfaces[0].VPCID == "" && one(f).Interfaces[0].ID == "eni-bfcffe88"
	},
	"sample-in-value": func(f quarantine.Finding) bool { return f.Sample },
	"archived":        func(f quarantine.Finding) bool { return f.Archived },
	"repeat":          func(f quarantine.Finding) bool { return f.Count == 37 && f.UpdatedAt.After(f.CreatedAt) },
	"member-account": func(f quarantine.Finding) bool {
		return f.AccountID == "111122223333" && f.EnvelopeAccountID == "444455556666" && f.Resources()[0].AccountID == "111122223333"
	},
	"no-interfaces": func(f quarantine.Finding) bool { return len(one(f).Interfaces) == 0 && one(f).ID != "" },
	"several-interfaces": func(f quarantine.Finding) bool {
		return len(one(f).Interfaces) == 4 && len(one(f).Subnets()) == 2 && len(one(f).PublicIPs()) == 2
	},
	"ipv6": func(f quarantine.Finding) bool {
		return len(one(f).Interfaces[0].IPv6) == 2 && len(one(f).PublicIPs()) == 0
	},
	"nulls": func(f quarantine.Finding) bool {
		return f.Count == 1 && !f.Archived && one(f).ID != "" && one(f).Tags == nil
	},
	"bare-minimum":             func(f quarantine.Finding) bool { return f.Count == 1 && len(f.Resources()) == 1 },
	"launch-time-milliseconds": func(f quarantine.Finding) bool { return one(f).LaunchedAt.Equal(launched) },
	"launch-time-seconds":      func(f quarantine.Finding) bool { return one(f).LaunchedAt.Equal(launched) },
	"windows":                  func(f quarantine.Finding) bool { return one(f).Platform == "windows" && one(f).ID == "i-12345678" },
	"tor-relay":                func(f quarantine.Finding) bool { return f.Role == "TARGET" && f.Direction == "OUTBOUND" },
	"unusual-volume":           func(f quarantine.Finding) bool { return f.Severity == 5 },
	"runtime-reverse-shell":    func(f quarantine.Finding) bool { return f.ActionType == "NETWORK_CONNECTION" && f.Direction == "" },
	"malicious-file":           func(f quarantine.Finding) bool { return f.ThreatNames[0] == "EICAR-Test-File" && len(f.Instances) == 1 },
	"malicious-ami":            func(f quarantine.Finding) bool { return f.ThreatNames[0] == "EICAR-Test-File" && len(f.Instances) == 0 },
	"access-key": func(f quarantine.Finding) bool {
		return f.ResourceType == "AccessKey" && one(f).ByCredentials && len(one(f).Interfaces) == 1
	},
	"unknown-type":    func(f quarantine.Finding) bool { return f.Type == "Exfiltration:EC2/NewKindOfTransfer.D" },
	"china-partition": func(f quarantine.Finding) bool { return f.Partition == "aws-cn" && f.Region == "cn-north-1" },
	"container-on-host": func(f quarantine.Finding) bool {
		return f.ResourceType == "Container" && len(f.Resources()) == 1 && !one(f).ByCredentials && one(f).Interfaces[0].SubnetID != ""
	},
	"cluster-node":         func(f quarantine.Finding) bool { return f.ResourceType == "EKSCluster" && len(f.Resources()) == 1 },
	"cluster-without-host": func(f quarantine.Finding) bool { return len(f.Instances) == 0 && len(f.LeftOut) == 0 },
	"container-on-no-instance": func(f quarantine.Finding) bool {
		return len(f.Instances) == 0 && leftOut(f, "instanceDetails.instanceId")
	},
	"credentials-of-an-instance": func(f quarantine.Finding) bool {
		return f.ResourceType == "AccessKey" && len(f.Resources()) == 1 && one(f).ByCredentials && f.Key == nil
	},
	"user-key": func(f quarantine.Finding) bool {
		return len(f.Instances) == 0 && f.Key != nil && f.Key.LongTerm() && f.Key.User == "alice"
	},
	"root-key": func(f quarantine.Finding) bool {
		return len(f.Instances) == 0 && f.Key != nil && f.Key.UserType == quarantine.UserTypeRoot && !f.Key.LongTerm()
	},
	"additional-info-text":        func(f quarantine.Finding) bool { return !f.Sample && len(f.LeftOut) == 0 },
	"additional-info-text-sample": func(f quarantine.Finding) bool { return f.Sample },
	"additional-info-empty":       func(f quarantine.Finding) bool { return !f.Sample && leftOut(f, "detail.service.additionalInfo ") },
	"role-that-decides-nothing":   func(f quarantine.Finding) bool { return f.Role == "" && leftOut(f, "resourceRole") },
	"time-of-odd-form":            func(f quarantine.Finding) bool { return f.UpdatedAt.IsZero() && leftOut(f, "detail.updatedAt") },
	"hint-of-wrong-kind":          func(f quarantine.Finding) bool { return one(f).Interfaces[0].SubnetID == "" },
	"tag-twice":                   func(f quarantine.Finding) bool { return one(f).Tags["Name"] != "" && leftOut(f, "tags[1].key") },
	"tags-by-name": func(f quarantine.Finding) bool {
		return one(f).Tags["Name"] == "web-1" && one(f).Tags["Port"] == "8080" && leftOut(f, "tags.Owner")
	},
	"objects-as-text": func(f quarantine.Finding) bool {
		return f.ActionType == "DNS_REQUEST" && f.ThreatNames[0] == "Miner.Example" && one(f).Tags["Name"] == "web-1" && len(f.LeftOut) == 0
	},
	"too-many-tags": func(f quarantine.Finding) bool { return len(one(f).Tags) == 200 && leftOut(f, "at most 200 tags") },
	"decoration-of-odd-kind": func(f quarantine.Finding) bool {
		return f.Description == "5" && one(f).Tags["Port"] == "8080" && !f.CreatedAt.IsZero() && len(f.Remote) == 0 &&
			leftOut(f, "detail.updatedAt", "detail.service.evidence", "domain", "networkInterfaces", "tags[1]", "launchTime")
	},
	"attack-sequence": func(f quarantine.Finding) bool {
		return len(f.Resources()) == 5 && one(f).Interfaces[0].SubnetID != "" && one(f).ProfileARN != ""
	},
	"attack-sequence-one-resource": func(f quarantine.Finding) bool { return len(f.Resources()) == 1 && one(f).ID == "i-0abcdef0000000004" },
	"attack-sequence-other-account": func(f quarantine.Finding) bool {
		return f.Resources()[0] == quarantine.Resource{AccountID: "444455556666", Region: "eu-central-1", Kind: quarantine.KindInstance, ID: "i-0abcdef0000000001"} &&
			f.Resources()[1].AccountID == "444455556666" && f.Resources()[1].Region == "us-east-1"
	},
	"attack-sequence-many":              func(f quarantine.Finding) bool { return len(f.Resources()) == 50 },
	"attack-sequence-without-instances": func(f quarantine.Finding) bool { return f.Instances != nil && len(f.Instances) == 0 },
}

var launched = time.Date(2026, 1, 5, 8, 15, 30, 0, time.UTC)

func one(f quarantine.Finding) quarantine.AccusedInstance { return f.Instances[0] }

// leftOut tells whether each of the fields is noted as left out.
func leftOut(f quarantine.Finding, fields ...string) bool {
	all := strings.Join(f.LeftOut, "\n")
	for _, field := range fields {
		if !strings.Contains(all, field) {
			return false
		}
	}
	return true
}

func TestEveryTraitBecomesAFinding(t *testing.T) {
	t.Parallel()
	for name, matches := range traits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := guardduty.Parse(gdtest.Fixture(name))
			if err != nil {
				t.Fatal(err)
			}
			if !matches(f) {
				t.Errorf("the finding does not show the fixture's trait: %+v", f)
			}
			asRecorded(t, name, f)
		})
	}
}

func asRecorded(t *testing.T, name string, f quarantine.Finding) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".json")
	got, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.File(t, path, string(got)+"\n")
}

// A fixture that is in neither table would not be tested.
func TestEveryFixtureIsInATable(t *testing.T) {
	t.Parallel()
	names := gdtest.Names()
	if len(names) != len(traits)+len(refusals) || len(names) < 70 {
		t.Errorf("%d fixtures, %d traits and %d refusals", len(names), len(traits), len(refusals))
	}
	for _, name := range names {
		_, good := traits[name]
		_, bad := refusals[name]
		if !good && !bad || bad != strings.HasPrefix(name, "malformed-") {
			t.Errorf("fixture %s is in neither table, or in the wrong one", name)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	event := gdtest.Fixture("miner")
	padded := append(bytes.Clone(event), bytes.Repeat([]byte(" "), 256<<10-len(event))...)
	if _, err := guardduty.Parse(padded); err != nil {
		t.Errorf("an event of 256 KiB must be read: %v", err)
	}
	if _, err := guardduty.Parse(append(padded, ' ')); !quarantine.Is(err, quarantine.MalformedEvent) {
		t.Errorf("an event above 256 KiB must be refused, got %v", err)
	}
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	if _, err := guardduty.Parse([]byte(deep)); !quarantine.Is(err, quarantine.MalformedEvent) {
		t.Errorf("an event nested too deep must be refused, got %v", err)
	}
}

func malformed(t *testing.T, err error) *guardduty.Malformed {
	t.Helper()
	m, ok := errors.AsType[*guardduty.Malformed](err)
	if !ok || !quarantine.Is(err, quarantine.MalformedEvent) {
		t.Fatalf("want a *Malformed in a failure named MalformedEvent, got %v", err)
	}
	return m
}
