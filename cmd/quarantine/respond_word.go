package main

import (
	"context"
	"encoding/json"
	"regexp"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxWord is how much of a reason goes on record, in characters, as with decisions.
const maxWord = 500

// isInstance checks for an instance's id:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
var isInstance = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`).MatchString

// wordInput is the input of an execution by a person's word. It is for who reads the history: the
// definition has the word from triage.
type wordInput struct {
	Word     quarantine.Word     `json:"word"`
	Resource quarantine.Resource `json:"resource"`
}

// say takes the caller's word about the instance of --instance.
func (r *responder) say(ctx context.Context) error {
	switch {
	case !isInstance(r.Instance):
		return usage("--instance %q is no instance's id: those have i- and 8 or 17 hexadecimal digits", r.Instance)
	case r.Reason == "":
		return usage("--instance needs --reason: there is no finding, and your reason goes on record in its place")
	}
	if err := r.locate(ctx, r.Region); err != nil {
		return err
	}
	about := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: r.aws.account, Region: r.aws.region, ID: r.Instance}
	live, err := ec2.New(r.aws.ec2).Instance(ctx, about)
	switch {
	case quarantine.Is(err, quarantine.InstanceGone):
		return usage("there is no instance %s to cut in account %s, %s: %w", r.Instance, r.aws.account, r.aws.region, err)
	case err != nil:
		return err
	case live.AccountID != "" && live.AccountID != r.aws.account:
		return usage("instance %s is account %s's, and these credentials are for account %s", r.Instance, live.AccountID, r.aws.account)
	}
	word := quarantine.Word{By: r.aws.identity, Reason: message.Clean(string(r.Reason), maxWord), At: time.Now().UTC().Truncate(time.Millisecond)}
	r.finding = word.Finding(about, live)
	r.said, r.called = &r.finding, r.finding.Title
	// The same word has the same execution, so that a second run owns what the first has begun.
	r.name = executionName([]byte(r.finding.ID))
	r.body, err = json.Marshal(wordInput{word, about})
	return err
}
