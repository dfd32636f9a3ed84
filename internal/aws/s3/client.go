// Package s3 finds, empties and deletes buckets of Amazon S3.
package s3

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	ListBuckets(context.Context, *awss3.ListBucketsInput, ...func(*awss3.Options)) (*awss3.ListBucketsOutput, error)
	GetBucketTagging(context.Context, *awss3.GetBucketTaggingInput, ...func(*awss3.Options)) (*awss3.GetBucketTaggingOutput, error)
	ListObjectVersions(context.Context, *awss3.ListObjectVersionsInput, ...func(*awss3.Options)) (*awss3.ListObjectVersionsOutput, error)
	DeleteObjects(context.Context, *awss3.DeleteObjectsInput, ...func(*awss3.Options)) (*awss3.DeleteObjectsOutput, error)
	DeleteBucket(context.Context, *awss3.DeleteBucketInput, ...func(*awss3.Options)) (*awss3.DeleteBucketOutput, error)
}

var _ API = (*awss3.Client)(nil)

// Client calls S3 in one region. It holds no state and is safe for concurrent use.
type Client struct {
	api    API
	region string
}

// New makes a Client with the SDK's client for a region, or any other
// implementation of API.
func New(api API, region string) *Client { return &Client{api: api, region: region} }

// Buckets returns the names of the account's buckets in the region that begin with
// prefix, sorted.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
//
// IAM actions: s3:ListAllMyBuckets.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Buckets(ctx context.Context, prefix string) ([]string, error) {
	pages := awss3.NewListBucketsPaginator(c.api, &awss3.ListBucketsInput{Prefix: &prefix, BucketRegion: &c.region})
	out := []string{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("ListBuckets", "s3:ListAllMyBuckets", err)
		}
		for _, b := range page.Buckets {
			out = append(out, aws.ToString(b.Name))
		}
	}
	slices.Sort(out)
	return out, nil
}

// Tags returns a bucket's tags; an empty map if it has none or does not exist.
//
// IAM actions: s3:GetBucketTagging.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Tags(ctx context.Context, bucket string) (map[string]string, error) {
	out, err := c.api.GetBucketTagging(ctx, &awss3.GetBucketTaggingInput{Bucket: &bucket})
	if awserror.HasCode(err, "NoSuchTagSet", noSuchBucket) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, failure("GetBucketTagging", "s3:GetBucketTagging", err)
	}
	tags := make(map[string]string, len(out.TagSet))
	for _, t := range out.TagSet {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}

// Remove deletes all versions of all objects of a bucket, and then the bucket. If the
// bucket does not exist it does nothing. It can be repeated. It returns the number of
// deleted versions.
//
// IAM actions: s3:ListBucketVersions, s3:DeleteObject, s3:DeleteObjectVersion
// and s3:DeleteBucket.
//
// Errors: Contended if somebody adds objects meanwhile; AccessDenied; Throttled;
// Unavailable; Unexpected.
func (c *Client) Remove(ctx context.Context, bucket string) (int, error) {
	deleted, err := c.empty(ctx, bucket)
	if err == nil {
		if _, err = c.api.DeleteBucket(ctx, &awss3.DeleteBucketInput{Bucket: &bucket}); err != nil {
			err = failure("DeleteBucket", "s3:DeleteBucket", err)
		}
	}
	if awserror.HasCode(err, noSuchBucket) {
		return deleted, nil
	}
	return deleted, err
}

const noSuchBucket = "NoSuchBucket"

// empty deletes the versions page by page. A page has no more versions than one
// DeleteObjects accepts.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (c *Client) empty(ctx context.Context, bucket string) (deleted int, err error) {
	pages := awss3.NewListObjectVersionsPaginator(c.api, &awss3.ListObjectVersionsInput{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return deleted, failure("ListObjectVersions", "s3:ListBucketVersions", err)
		}
		all := versions(page)
		if len(all) == 0 {
			continue
		}
		out, err := c.api.DeleteObjects(ctx, &awss3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: all, Quiet: aws.Bool(true)}})
		if err != nil {
			return deleted, failure("DeleteObjects", deleteObjects, err)
		}
		if deleted += len(all) - len(out.Errors); len(out.Errors) > 0 {
			return deleted, refused(out.Errors)
		}
	}
	return deleted, nil
}

const deleteObjects = "s3:DeleteObject and s3:DeleteObjectVersion"

// versions are the versions and delete markers of a page.
func versions(page *awss3.ListObjectVersionsOutput) (out []types.ObjectIdentifier) {
	for _, v := range page.Versions {
		out = append(out, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
	}
	for _, m := range page.DeleteMarkers {
		out = append(out, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
	}
	return out
}

// refused is the error for objects that DeleteObjects did not delete: the call
// succeeds even then.
func refused(all []types.Error) error {
	first := all[0]
	return quarantine.Failf(quarantine.NameOf(failure("DeleteObjects", deleteObjects, coded(first))),
		"S3 did not delete %d objects, the first of them %s: you need %s: %w", len(all), aws.ToString(first.Key), deleteObjects, coded(first))
}

// coded converts an object's error to the SDK's type.
func coded(e types.Error) error {
	return &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)}
}
