package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/uninstall"
)

// uninstaller is the work over the account.
func (u uninstallCommand) uninstaller(c *onCall) *uninstall.Uninstaller {
	objects := slim.NewS3(c.aws.config, func(o *awss3.Options) {
		// An endpoint of somebody's own has no names for buckets.
		o.UsePathStyle = o.BaseEndpoint != nil
	})
	return &uninstall.Uninstaller{
		Options: uninstall.Options{
			Stack: u.Stack, Table: u.Table, ReleaseAll: u.ReleaseAll, Reason: string(u.Reason), By: c.aws.identity, At: c.place(),
			DeleteLedger: u.DeleteLedger, DeleteEvidence: u.DeleteEvidence, Wait: u.Wait,
		},
		Stacks:     c.stacks(),
		Buckets:    s3.New(objects, c.aws.region),
		Account:    ec2.New(c.aws.ec2),
		Instances:  ec2.New(c.aws.ec2),
		Tables:     tables{c.aws.dynamodb},
		Ledger:     func(table string) uninstall.IncidentLedger { return ledger.New(c.aws.dynamodb, table) },
		Evidence:   evidence{c},
		Executions: stepRuns{c.aws.sfn},
		Releaser:   releaser{c},
		Say:        func(text string) { c.say(2, "%s", text) },
		Clock:      quarantine.SystemClock{},
	}
}

// at is the same account with another ledger.
func (c *onCall) at(table string) *onCall {
	out := *c
	out.Table, out.ledger = table, ledger.New(c.aws.dynamodb, table)
	return &out
}

// tables knows tables of DynamoDB.
type tables struct{ api slim.DynamoDB }

// Table describes a table.
func (t tables) Table(ctx context.Context, name string) (*uninstall.Table, error) {
	d, err := t.describe(ctx, name)
	if d == nil {
		return nil, err
	}
	out := &uninstall.Table{
		Name: name, Items: aws.ToInt64(d.ItemCount), Bytes: aws.ToInt64(d.TableSizeBytes), Protected: aws.ToBool(d.DeletionProtectionEnabled),
	}
	for _, k := range d.KeySchema { // the partition key is the first
		out.Keys = append(out.Keys, aws.ToString(k.AttributeName))
	}
	if out.Stack, err = t.stackOf(ctx, d); err != nil {
		return nil, fmt.Errorf("the tags of table %s cannot be read, which say whose it is (you need dynamodb:ListTagsOfResource on it): %w", name, err)
	}
	return out, nil
}

// stackOf gives the stack that a table's tag names, or "".
func (t tables) stackOf(ctx context.Context, d *ddbtypes.TableDescription) (string, error) {
	pages := dynamodb.ListTagsOfResourceInput{ResourceArn: d.TableArn}
	for {
		page, err := t.api.ListTagsOfResource(ctx, &pages)
		if err != nil {
			return "", err
		}
		for _, tag := range page.Tags {
			if aws.ToString(tag.Key) == uninstall.StackTag {
				return aws.ToString(tag.Value), nil
			}
		}
		if pages.NextToken = page.NextToken; page.NextToken == nil {
			return "", nil
		}
	}
}

// describe gives nil where there is no such table.
func (t tables) describe(ctx context.Context, name string) (*ddbtypes.TableDescription, error) {
	out, err := t.api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if _, none := errors.AsType[*ddbtypes.ResourceNotFoundException](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("table %s cannot be looked at (you need dynamodb:DescribeTable on it): %w", name, err)
	}
	return out.Table, nil
}

// tableGone is how long a table may take to be deleted.
const tableGone = 10 * time.Minute

// DeleteTable turns deletion protection off, and deletes the table.
func (t tables) DeleteTable(ctx context.Context, name string) error {
	d, err := t.describe(ctx, name)
	if d == nil {
		return err
	}
	if d.TableStatus != ddbtypes.TableStatusDeleting {
		if err := t.delete(ctx, name, aws.ToBool(d.DeletionProtectionEnabled)); err != nil {
			return fmt.Errorf("table %s could not be deleted (you need dynamodb:UpdateTable and dynamodb:DeleteTable on it): %w", name, err)
		}
	}
	if err := dynamodb.NewTableNotExistsWaiter(t.api).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, tableGone); err != nil {
		return fmt.Errorf("DynamoDB goes on deleting table %s: %w", name, err)
	}
	return nil
}

func (t tables) delete(ctx context.Context, name string, protected bool) error {
	if protected {
		if _, err := t.api.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: &name, DeletionProtectionEnabled: aws.Bool(false)}); err != nil {
			return err
		}
		// A table that is being updated cannot be deleted.
		if err := dynamodb.NewTableExistsWaiter(t.api).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, tableWait); err != nil {
			return err
		}
	}
	_, err := t.api.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name})
	if _, none := errors.AsType[*ddbtypes.ResourceNotFoundException](err); none {
		return nil
	}
	return err
}

// evidence finds snapshots, and deletes them for a person.
type evidence struct{ c *onCall }

// Tagged gives the snapshots with the incident's tag.
func (e evidence) Tagged(ctx context.Context, in quarantine.Incident) ([]quarantine.Snapshot, error) {
	return ec2.New(e.c.aws.ec2).Snapshots(ctx, in.Resource, quarantine.TagIncident, in.ID)
}

// DeleteSnapshot is the one call that deletes evidence: it is a person's, with
// a person's credentials, and in no adapter that a function uses.
func (e evidence) DeleteSnapshot(ctx context.Context, id string) error {
	_, err := e.c.aws.ec2.DeleteSnapshot(ctx, &awsec2.DeleteSnapshotInput{SnapshotId: &id})
	if awserror.HasCode(err, "InvalidSnapshot.NotFound") {
		return nil
	}
	if err != nil {
		return fmt.Errorf("snapshot %s could not be deleted (you need ec2:DeleteSnapshot; a locked one stays for as long as its lock): %w", id, err)
	}
	return nil
}

// stepRuns are executions of Step Functions.
type stepRuns struct{ api slim.SFN }

// Running gives those that run.
func (r stepRuns) Running(ctx context.Context, machine string) ([]string, error) {
	pages := awssfn.NewListExecutionsPaginator(r.api, &awssfn.ListExecutionsInput{StateMachineArn: &machine, StatusFilter: types.ExecutionStatusRunning})
	var out []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if _, none := errors.AsType[*types.StateMachineDoesNotExist](err); none {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the executions of %s cannot be listed (you need states:ListExecutions on it): %w", machine, err)
		}
		for _, e := range page.Executions {
			out = append(out, aws.ToString(e.ExecutionArn))
		}
	}
	return out, nil
}

// Input gives what an execution was started with.
func (r stepRuns) Input(ctx context.Context, execution string) (string, error) {
	out, err := r.api.DescribeExecution(ctx, &awssfn.DescribeExecutionInput{ExecutionArn: &execution})
	if _, none := errors.AsType[*types.ExecutionDoesNotExist](err); none {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("%s cannot be looked at before it is stopped (you need states:DescribeExecution on it): %w", execution, err)
	}
	return aws.ToString(out.Input), nil
}

// Stop ends an execution.
func (r stepRuns) Stop(ctx context.Context, execution, cause string) error {
	_, err := r.api.StopExecution(ctx, &awssfn.StopExecutionInput{ExecutionArn: &execution, Cause: &cause})
	if _, none := errors.AsType[*types.ExecutionDoesNotExist](err); err == nil || none {
		return nil
	}
	return fmt.Errorf("%s could not be stopped (you need states:StopExecution on it): %w", execution, err)
}
