package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// S3 has the operations of S3 that are called.
type S3 struct {
	deleteBucket       operation[s3.DeleteBucketInput, s3.DeleteBucketOutput, s3.Options]
	deleteObjects      operation[s3.DeleteObjectsInput, s3.DeleteObjectsOutput, s3.Options]
	getBucketTagging   operation[s3.GetBucketTaggingInput, s3.GetBucketTaggingOutput, s3.Options]
	listBuckets        operation[s3.ListBucketsInput, s3.ListBucketsOutput, s3.Options]
	listObjectVersions operation[s3.ListObjectVersionsInput, s3.ListObjectVersionsOutput, s3.Options]
}

// NewS3 makes the client.
func NewS3(config aws.Config, options ...func(*s3.Options)) S3 {
	client := s3.NewFromConfig(config, options...)
	return S3{
		deleteBucket:       client.DeleteBucket,
		deleteObjects:      client.DeleteObjects,
		getBucketTagging:   client.GetBucketTagging,
		listBuckets:        client.ListBuckets,
		listObjectVersions: client.ListObjectVersions,
	}
}

func (c S3) DeleteBucket(ctx context.Context, in *s3.DeleteBucketInput, o ...func(*s3.Options)) (*s3.DeleteBucketOutput, error) {
	return c.deleteBucket(ctx, in, o...)
}

func (c S3) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput, o ...func(*s3.Options)) (*s3.DeleteObjectsOutput, error) {
	return c.deleteObjects(ctx, in, o...)
}

func (c S3) GetBucketTagging(ctx context.Context, in *s3.GetBucketTaggingInput, o ...func(*s3.Options)) (*s3.GetBucketTaggingOutput, error) {
	return c.getBucketTagging(ctx, in, o...)
}

func (c S3) ListBuckets(ctx context.Context, in *s3.ListBucketsInput, o ...func(*s3.Options)) (*s3.ListBucketsOutput, error) {
	return c.listBuckets(ctx, in, o...)
}

func (c S3) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput, o ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error) {
	return c.listObjectVersions(ctx, in, o...)
}
