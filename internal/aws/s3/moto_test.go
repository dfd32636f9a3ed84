package s3_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// Tests the SDK's client and the wire format against moto's server.
func TestABucketsLifeOverMoto(t *testing.T) {
	t.Parallel()
	account := moto.NewAccount(t)
	api := awss3.NewFromConfig(account.Config(), func(o *awss3.Options) { o.UsePathStyle = true })
	c, ctx, name := s3.New(api, moto.Region), t.Context(), "quarantine-artifacts-"+account.ID
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(api.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		LocationConstraint: types.BucketLocationConstraint(moto.Region)}}))
	if tags, err := c.Tags(ctx, name); err != nil || len(tags) != 0 {
		t.Errorf("without tags: %v, %v", tags, err)
	}
	must(api.PutBucketTagging(ctx, &awss3.PutBucketTaggingInput{Bucket: &name, Tagging: &types.Tagging{
		TagSet: []types.Tag{{Key: aws.String("quarantine:stack"), Value: aws.String("guard")}}}}))
	if tags, err := c.Tags(ctx, name); err != nil || tags["quarantine:stack"] != "guard" {
		t.Errorf("tags %v, %v", tags, err)
	}
	if all, err := c.Buckets(ctx, "quarantine-artifacts-"); err != nil || !slices.Contains(all, name) {
		t.Errorf("buckets %q, %v", all, err)
	}
	must(api.PutBucketVersioning(ctx, &awss3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}))
	for i := range 4 { // two versions of each of two objects
		must(api.PutObject(ctx, &awss3.PutObjectInput{Bucket: &name, Key: aws.String(fmt.Sprint(i % 2)), Body: strings.NewReader("zip")}))
	}
	must(api.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: &name, Key: aws.String("1")})) // a delete marker
	if n, err := c.Remove(ctx, name); err != nil || n != 5 {
		t.Errorf("deleted %d: %v", n, err)
	}
	if n, err := c.Remove(ctx, name); err != nil || n != 0 {
		t.Errorf("again: deleted %d: %v", n, err)
	}
}
