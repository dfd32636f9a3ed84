package ec2test

import (
	"context"
	"testing"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// pageCounter counts the pages of ACLs and snapshots that were read.
type pageCounter struct {
	ec2.API
	read int
}

func (p *pageCounter) DescribeNetworkAcls(ctx context.Context, in *awsec2.DescribeNetworkAclsInput, o ...func(*awsec2.Options)) (*awsec2.DescribeNetworkAclsOutput, error) {
	p.read++
	return p.API.DescribeNetworkAcls(ctx, in, o...)
}

func (p *pageCounter) DescribeSnapshots(ctx context.Context, in *awsec2.DescribeSnapshotsInput, o ...func(*awsec2.Options)) (*awsec2.DescribeSnapshotsOutput, error) {
	p.read++
	return p.API.DescribeSnapshots(ctx, in, o...)
}

// wantSeveral checks that more than one page was read.
func (p *pageCounter) wantSeveral(t *testing.T, env Env) {
	t.Helper()
	if !env.Differs.Has(t, moto.OnePage) && p.read < 2 {
		t.Errorf("%d page was read: a page that was cut off would not be noticed", p.read)
	}
}
