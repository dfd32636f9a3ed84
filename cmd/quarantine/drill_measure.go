package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// measure measures while the instance is cut off. What cannot be measured is "not known", and ends
// nothing.
func (r *drillRun) measure(ctx context.Context) {
	r.progress("measuring what no document settles")
	in, err := r.ledger.Incident(ctx, r.receipt.Incident)
	if err != nil || len(in.HeldQuarantines()) != 1 {
		r.receipt.Measured = append(r.receipt.Measured, drill.NotTried(errors.Join(errors.New("the ledger does not say how the subnet stands"), err)))
		return
	}
	q := in.HeldQuarantines()[0]
	r.receipt.Inside = r.inside(ctx, in.Resource, q.VerifiedAt)
	r.receipt.Measured = append(r.receipt.Measured, r.authorised(ctx, q), r.logged(ctx))
}

// inside reads what the instance says on its console.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
func (r *drillRun) inside(ctx context.Context, of quarantine.Resource, cut time.Time) drill.Inside {
	out, err := r.aws.ec2.GetConsoleOutput(ctx, &awsec2.GetConsoleOutputInput{InstanceId: &of.ID, Latest: aws.Bool(true)})
	if err != nil {
		return drill.Inside{NotKnown: "the serial console cannot be read: " + err.Error()}
	}
	text, err := base64.StdEncoding.DecodeString(aws.ToString(out.Output))
	if err != nil {
		return drill.Inside{NotKnown: "the serial console's text is not base64"}
	}
	return drill.ReadInside(string(text), cut)
}

// authorised tries the replacement by what stood there before the cut.
func (r *drillRun) authorised(ctx context.Context, q quarantine.Quarantine) drill.Measured {
	if r.TryRole == "" && !strings.Contains(r.aws.identity, ":user/") {
		return drill.NotTried(errors.New("these credentials are no IAM user's, and make no session with a policy of its own: name a role to assume with --try-role"))
	}
	name := func(kind, id string) string {
		return arn.ARN{Partition: r.aws.partition(), Service: "ec2", Region: r.aws.region, Account: r.aws.account, Resource: kind + "/" + id}.String()
	}
	t := &trial{r: r, association: q.AfterVersion, acl: q.Before}
	return drill.AuthorisedOn(ctx, t, name("subnet", q.SubnetID), name("network-acl", q.After), name("network-acl", q.Before))
}

// trial tries a replacement under policies of sessions, with DryRun.
type trial struct {
	r                *drillRun
	association, acl string
}

var _ drill.Trial = (*trial)(nil)

// sessionTime is the shortest that STS takes, in seconds.
const sessionTime = 900

// May tells whether EC2 lets it pass. A call with DryRun always fails: how, says it.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
func (t *trial) May(ctx context.Context, resources []string) (bool, error) {
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": "ec2:ReplaceNetworkAclAssociation", "Resource": resources}}})
	if err != nil {
		return false, err
	}
	session, err := t.session(ctx, string(policy))
	if err != nil {
		return false, fmt.Errorf("a session with a policy of its own cannot be had: %w", err)
	}
	config := t.r.aws.config.Copy()
	config.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(session.AccessKeyId), aws.ToString(session.SecretAccessKey), aws.ToString(session.SessionToken))
	_, err = slim.NewEC2(config).ReplaceNetworkAclAssociation(ctx, &awsec2.ReplaceNetworkAclAssociationInput{
		DryRun: aws.Bool(true), AssociationId: &t.association, NetworkAclId: &t.acl,
	})
	switch {
	case awserror.HasCode(err, "DryRunOperation"):
		return true, nil
	case awserror.HasCode(err, "UnauthorizedOperation"):
		return false, nil
	case err == nil:
		return false, errors.New("EC2 has taken a call with DryRun for a real one")
	}
	return false, fmt.Errorf("EC2 did not try it: %w", err)
}

// session is one of a role, or of the IAM user that we are.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func (t *trial) session(ctx context.Context, policy string) (*ststypes.Credentials, error) {
	const name = "quarantine-drill"
	if role := t.r.TryRole; role != "" {
		out, err := t.r.aws.sts.AssumeRole(ctx, &awssts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String(name), Policy: &policy, DurationSeconds: aws.Int32(sessionTime)})
		if err != nil {
			return nil, err
		}
		return out.Credentials, nil
	}
	out, err := t.r.aws.sts.GetFederationToken(ctx, &awssts.GetFederationTokenInput{Name: aws.String(name), Policy: &policy, DurationSeconds: aws.Int32(sessionTime)})
	if err != nil {
		return nil, err
	}
	return out.Credentials, nil
}

// logged compares the state machine's log with the history.
func (r *drillRun) logged(ctx context.Context) drill.Measured {
	machine := r.aws.states("stateMachine", r.deployed.Contain)
	d, err := r.aws.sfn.DescribeStateMachine(ctx, &awssfn.DescribeStateMachineInput{StateMachineArn: &machine})
	if err != nil {
		return drill.NotLogged(fmt.Errorf("the state machine's log group cannot be had: %w", err))
	}
	if d.LoggingConfiguration == nil || len(d.LoggingConfiguration.Destinations) == 0 || d.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup == nil {
		return drill.NotLogged(errors.New("the state machine has no log group"))
	}
	group := aws.ToString(d.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn)
	events := r.events(ctx)
	for end := time.Now().Add(logLimit); ; {
		lines, err := r.lines(ctx, group)
		if err != nil {
			return drill.NotLogged(fmt.Errorf("the state machine's log cannot be read: %w", err))
		}
		m := drill.Logged(lines, events)
		if m.Answer != "" || time.Now().After(end) || (quarantine.SystemClock{}).Sleep(ctx, logEvery) != nil {
			return m
		}
	}
}

// A log has its lines some seconds later.
const (
	logLimit = time.Minute
	logEvery = 5 * time.Second
)

// lines are what a log group has of the drill's execution.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
func (r *drillRun) lines(ctx context.Context, group string) (out []string, err error) {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(slim.NewLogs(r.aws.config), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupIdentifier: aws.String(strings.TrimSuffix(group, ":*")),
		StartTime:          aws.Int64(r.receipt.StartedAt.UnixMilli()),
		FilterPattern:      aws.String(`{ $.execution_arn = "` + r.receipt.Execution + `" }`),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Events {
			out = append(out, aws.ToString(e.Message))
		}
	}
	return out, nil
}

// Unlock is a person's, with a person's credentials, and in no adapter that a function uses. A lock in
// compliance mode stays.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html
func (e evidence) Unlock(ctx context.Context, id string) error {
	_, err := e.c.aws.ec2.UnlockSnapshot(ctx, &awsec2.UnlockSnapshotInput{SnapshotId: &id})
	if err == nil || awserror.HasCode(err, "InvalidSnapshot.NotFound", "SnapshotLock.NotFound", "InvalidSnapshotLock.NotFound") {
		return nil
	}
	return fmt.Errorf("snapshot %s could not be unlocked, which takes ec2:UnlockSnapshot: %w", id, err)
}
