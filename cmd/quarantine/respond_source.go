package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	gd "github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/textfile"
)

// open reads the policy and what is responded to, and connects to the account. A file is read
// before any service is asked.
func (r *responder) open(ctx context.Context) (err error) {
	if r.policy, err = readPolicy(r.Policy, r.s.in); err != nil {
		return err
	}
	if r.Event == "" && r.FindingID == "" && r.Instance == "" {
		return usage("respond to what? Say --event FILE, --finding ID, or --instance i-... with --reason")
	}
	if r.Approve && r.Reason == "" {
		return usage("--approve needs --reason: it goes on record with your answer")
	}
	if r.Detector != "" && r.FindingID == "" {
		return usage("--detector says where the finding of --finding is: name that, too")
	}
	switch {
	case r.FindingID != "":
		return r.fetch(ctx)
	case r.Instance != "":
		return r.say(ctx)
	}
	text, err := textfile.Read(r.Event, r.s.in)
	if err != nil {
		return usage("%w", plain(err))
	}
	if err := r.one(r.Event, text); err != nil {
		return err
	}
	// The same event has the same execution, so that a second run owns what the
	// first has begun.
	r.name = executionName(r.body)
	return r.locate(ctx, cmp.Or(r.Region, r.finding.Region))
}

// executionName is the name of the execution for what these parts say.
func executionName(parts ...[]byte) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return "respond-" + hex.EncodeToString(h.Sum(nil)[:12])
}

// one reads the one event that a text holds.
func (r *responder) one(name string, text []byte) (err error) {
	events := guardduty.Events(text)
	if len(events) > 1 {
		return usage("%s holds %d events: respond to one at a time, from a file that holds it alone", name, len(events))
	}
	r.called, r.body = name, events[0].Body
	if r.finding, err = events[0].Finding(); err != nil {
		return usage("%s: %w", name, err)
	}
	return nil
}

// locate connects to the account and finds the ledger, as commands for people on call do: with another
// one than the deployed stack's, two incidents would hold the same subnets and know nothing of each other.
func (r *responder) locate(ctx context.Context, region string) (err error) {
	flags := accountFlags{Stack: r.Stack, Table: r.Table, Profile: r.Profile, Endpoint: r.Endpoint, Region: region}
	if r.at, err = flags.open(ctx, r.s); err != nil {
		return err
	}
	r.aws, r.Table = r.at.aws, r.at.Table
	return nil
}

// fetch reads the finding that --finding names.
func (r *responder) fetch(ctx context.Context) error {
	asked, err := findingNamed(r.FindingID)
	if err != nil {
		return err
	}
	if r.Detector != "" && asked.detector != "" && r.Detector != asked.detector {
		return usage("--finding names the detector %s, and --detector %s", asked.detector, r.Detector)
	}
	if err := r.locate(ctx, cmp.Or(r.Region, asked.region)); err != nil {
		return err
	}
	if asked.region != "" && asked.region != r.aws.region || asked.account != "" && asked.account != r.aws.account {
		return usage("the finding is in account %s, %s, and is looked for in account %s, %s: use --profile or AWS_PROFILE, and no other --region",
			asked.account, asked.region, r.aws.account, r.aws.region)
	}
	c := gd.New(slim.NewGuardDuty(r.aws.config))
	detector := cmp.Or(r.Detector, asked.detector)
	if detector == "" {
		if detector, err = r.detector(ctx, c); err != nil {
			return err
		}
	}
	body, err := c.Finding(ctx, detector, asked.id)
	switch {
	case quarantine.Is(err, quarantine.BadRequest):
		return usage("the finding cannot be fetched from detector %s of account %s, %s: %w", detector, r.aws.account, r.aws.region, err)
	case err != nil:
		return err
	case body == nil:
		return usage("detector %s of account %s, %s has no finding %s: GuardDuty drops one after 90 days; look for it elsewhere with --region, or see: %s",
			detector, r.aws.account, r.aws.region, asked.id, r.at.awsCommand("guardduty", "list-findings", "--detector-id", detector))
	}
	// An update of the finding is the same word: a second run owns what the first has begun.
	r.name = executionName([]byte(detector + "\n" + asked.id))
	return r.one("finding "+asked.id, body)
}

// detector is the region's.
func (r *responder) detector(ctx context.Context, c *gd.Client) (string, error) {
	all, err := c.Detectors(ctx)
	switch {
	case err != nil:
		return "", err
	case len(all) == 0:
		return "", usage("GuardDuty is off in account %s, %s: there is no detector, and so no finding; look elsewhere with --region", r.aws.account, r.aws.region)
	case len(all) > 1:
		return "", usage("account %s, %s has several detectors (%s): say with --detector which one has the finding", r.aws.account, r.aws.region, strings.Join(all, ", "))
	}
	return all[0], nil
}

// namedFinding is a finding as people name it; what they do not say is "".
type namedFinding struct{ id, detector, account, region string }

// findingNamed reads an id, or the ARN that GuardDuty's console and Security Hub show.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html#amazonguardduty-resources-for-iam-policies
func findingNamed(text string) (namedFinding, error) {
	if !strings.HasPrefix(text, "arn:") {
		if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' || c == '/' || c == ':' }) {
			return namedFinding{}, usage("--finding %q is no finding's id: GuardDuty's have 32 hexadecimal digits", text)
		}
		return namedFinding{id: text}, nil
	}
	a, ok := arn.Parse(text)
	p := strings.Split(a.Resource, "/")
	if !ok || a.Service != "guardduty" || len(p) != 4 || p[0] != "detector" || p[2] != "finding" || p[1] == "" || p[3] == "" {
		return namedFinding{}, usage("--finding %q is no finding's ARN: those have the form arn:aws:guardduty:REGION:ACCOUNT:detector/ID/finding/ID", text)
	}
	return namedFinding{id: p[3], detector: p[1], account: a.Account, region: a.Region}, nil
}
