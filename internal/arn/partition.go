package arn

import (
	"slices"
	"strings"
)

// partitions are the ones whose regions can be told by how their names begin;
// the regions of all others are in DefaultPartition.
// https://docs.aws.amazon.com/general/latest/gr/rande.html
// https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json
var partitions = map[string]string{
	"cn-":      "aws-cn",
	"us-gov-":  "aws-us-gov",
	"eusc-":    "aws-eusc",
	"us-iso-":  "aws-iso",
	"us-isob-": "aws-iso-b",
	"eu-isoe-": "aws-iso-e",
	"us-isof-": "aws-iso-f",
}

// DefaultPartition is that of the regions that anybody can use.
const DefaultPartition = "aws"

// PartitionOf is the partition of a region.
func PartitionOf(region string) string {
	for begin, partition := range partitions {
		if strings.HasPrefix(region, begin) {
			return partition
		}
	}
	return DefaultPartition
}

// IsPartition accepts the form of a partition's name, not a list of names: new
// ones keep coming. It is aws, or aws- and lower-case words, parted by hyphens.
func IsPartition(s string) bool {
	words := strings.Split(s, "-")
	return len(s) <= 40 && words[0] == DefaultPartition && !slices.ContainsFunc(words, isNoWord)
}

// isNoWord tells what is empty or not all lower case.
func isNoWord(s string) bool {
	return s == "" || strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || 'z' < r })
}
