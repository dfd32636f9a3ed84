package message

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var update = flag.Bool("update", false, "write testdata/*.txt anew")

// golden are the messages that a reader can see in testdata.
func golden() map[string]quarantine.News {
	failing := evidence(quarantine.EvidenceStatusFailed)
	failing.Snapshots[1].State = "error"
	failing.Snapshots[1].Message = "the volume's key is disabled"
	failing.Problems = []string{"snapshot snap-0bbb of vol-0bbb is in error: the volume's key is disabled"}

	sample := toldOnly(quarantine.ActionNotify)
	sample.Triage.Finding.Sample = true

	exempt := toldOnly(quarantine.ActionIsolate)
	exempt.Failure = caught(quarantine.InstanceExempt, "tag team=core is exempt")

	group := toldOnly(quarantine.ActionNotify)
	group.Triage.Resource = nil
	group.Triage.Resources = append(group.Triage.Resources,
		quarantine.Resource{AccountID: account, Region: region, Kind: quarantine.KindInstance, ID: "i-0f9e8d7c6b5a43210"})

	laptop := asked(quarantine.PurposeRelease)
	laptop.Link = "http://127.0.0.1:8080/r/" + requestID

	whole := released(restored("subnet-0aaa1111"), restored("subnet-0bbb2222"))
	whole.Release.RemovedACLs = []string{"acl-0quarantine"}
	whole.Containment = containment()

	before := released(restored("subnet-0aaa1111"))
	before.Release.Already = true

	halfway := notReleased(quarantine.Contended, "the association of subnet-0bbb2222 changed four times")
	halfway.Release = release(restored("subnet-0aaa1111"), outcome("subnet-0bbb2222", "", ""))
	halfway.Approval = request(quarantine.PurposeRelease)
	halfway.Approval.Decision = decision(true)

	cut := expired(quarantine.PurposeIsolate, quarantine.ActionIsolate)
	cut.Containment = containment()

	return map[string]quarantine.News{
		"asked-isolate":                askedWhether(quarantine.PurposeIsolate),
		"asked-isolate-braked":         braked(askedWhether(quarantine.PurposeIsolate)),
		"asked-isolate-reminder":       reminded(asked(quarantine.PurposeIsolate), 2),
		"asked-release":                askedWhether(quarantine.PurposeRelease),
		"asked-release-laptop":         laptop,
		"expired-release":              expired(quarantine.PurposeRelease, ""),
		"expired-isolate-left":         expired(quarantine.PurposeIsolate, quarantine.ActionNotify),
		"expired-isolate-cut":          cut,
		"expired-isolate-cut-next":     expired(quarantine.PurposeIsolate, quarantine.ActionIsolate),
		"kept-release":                 kept(quarantine.PurposeRelease),
		"kept-isolate-braked":          braked(kept(quarantine.PurposeIsolate)),
		"kept-isolate":                 kept(quarantine.PurposeIsolate),
		"released":                     whole,
		"released-before":              before,
		"released-in-part":             releasedMixed(),
		"released-nothing":             released(outcome("subnet-0aaa1111", quarantine.Drifted, "acl-0theirs")),
		"release-failed-halfway":       halfway,
		"release-failed-access-denied": notReleased(quarantine.AccessDenied, "not authorized to perform: ec2:ReplaceNetworkAclAssociation"),
		"contained":                    contained(),
		"containment-failed-access-denied": notContained(quarantine.AccessDenied,
			"User: arn:aws:sts::111122223333:assumed-role/isolate/quarantine is not authorized to perform: ec2:CreateNetworkAcl"),
		"containment-failed-quota": notContained(quarantine.QuotaReached, "vpc-0ccc3333 has as many network ACLs as its quota allows"),
		"containment-failed-gone":  notContained(quarantine.InstanceGone, "EC2 does not know "+instanceID),
		"evidence-complete":        evidenceNews(quarantine.KindEvidenceComplete, evidence(quarantine.EvidenceComplete)),
		"evidence-failed":          evidenceNews(quarantine.KindEvidenceFailed, failing),
		"told-only-approve":        toldOnly(quarantine.ActionApprove),
		"told-only-exempt":         exempt,
		"told-only-notify":         toldOnly(quarantine.ActionNotify),
		"told-only-sample":         sample,
		"told-only-several":        group,
		"malformed":                malformed(`{"source": "aws.guardduty", "detail": {"title": "a\u202eb", "arn": "arn:aws:x"}}`),
	}
}

func TestMessagesReadAsInTestdata(t *testing.T) {
	for name, news := range golden() {
		t.Run(name, func(t *testing.T) {
			m, err := Compose(news)
			if err != nil {
				t.Fatal(err)
			}
			got := "Subject: " + m.Subject + "\n\n" + m.Text
			file := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("differs from %s (-update writes it anew):\n%s", file, diff)
			}
		})
	}
}

func TestTestdataHoldsNothingElse(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(golden()) {
		t.Errorf("%d files in testdata for %d messages", len(files), len(golden()))
	}
}

// Commands can be pasted as they stand, so they and addresses may be longer.
func TestTextFitsEightyColumns(t *testing.T) {
	t.Parallel()
	for name, news := range golden() {
		m, err := Compose(news)
		if err != nil {
			t.Fatal(err)
		}
		for row := range strings.SplitSeq(m.Text, "\n") {
			one := strings.TrimLeft(row, " ")
			if utf8.RuneCountInString(row) >= 80 && !strings.HasPrefix(one, "http") && !strings.HasPrefix(one, "--") {
				t.Errorf("%s: %d columns: %s", name, utf8.RuneCountInString(row), row)
			}
		}
	}
}
