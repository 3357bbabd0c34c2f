"""The trusted side: it sends requests to workers and believes nothing but the form of a reply."""
