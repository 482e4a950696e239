## A taught course
teaching-tabs = The course
teaching-tab-content = Content
teaching-tab-class = Class
teaching-tab-gradebook = Gradebook
teaching-tab-analytics = Analytics
teaching-tab-certificates = Certificates
teaching-tab-staff = Staff
staff-viewer = Viewer
staff-grader = Grader
staff-author = Author
staff-owner = Owner
