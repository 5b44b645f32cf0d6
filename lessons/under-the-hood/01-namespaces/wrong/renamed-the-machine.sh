# hint: uts exit-2
# after: listed
hostname bubble
