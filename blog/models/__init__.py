from blog.models.pages import BlogPage, HomePage, PostPage, Rubric, StandardPage, TaggedPost

__all__ = ["BlogPage", "HomePage", "PostPage", "Rubric", "StandardPage", "TaggedPost"]
